import type * as gcp from "@pulumi/gcp";

/**
 * What every bucket here has: access by IAM alone, never public, and by default no soft delete,
 * because what is deleted on purpose should not be paid for
 * (https://cloud.google.com/storage/docs/soft-delete). Uploads that were never finished are
 * invisible and billed; they go after a week.
 */
export function hardenedBucket(
  lifecycleRules: gcp.types.input.storage.BucketLifecycleRule[] = [],
  softDeleteDays = 0,
) {
  return {
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    softDeletePolicy: { retentionDurationSeconds: softDeleteDays * 86_400 },
    lifecycleRules: [
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ...lifecycleRules,
    ],
  };
}
