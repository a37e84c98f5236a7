import type * as gcp from "@pulumi/gcp";

export interface BucketOptions {
  /** "" for Google's own. */
  readonly kmsKey: string;
  readonly lifecycleRules?: gcp.types.input.storage.BucketLifecycleRule[];
  /** @default 0, none */
  readonly softDeleteDays?: number;
}

/**
 * What every bucket here has: access by IAM alone, never public, and by default no soft delete,
 * because what is deleted on purpose should not be paid for
 * (https://cloud.google.com/storage/docs/soft-delete). Uploads that were never finished are
 * invisible and billed; they go after a week.
 */
export function hardenedBucket({ kmsKey, lifecycleRules = [], softDeleteDays = 0 }: BucketOptions) {
  return {
    ...(kmsKey === "" ? {} : { encryption: { defaultKmsKeyName: kmsKey } }),
    uniformBucketLevelAccess: true,
    publicAccessPrevention: "enforced",
    softDeletePolicy: { retentionDurationSeconds: softDeleteDays * 86_400 },
    lifecycleRules: [
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ...lifecycleRules,
    ],
  };
}
