import type { BucketIndex } from "./bucket-index.ts";

const LOCATION = { location: "US", locationType: "multi-region" } as const;

/**
 * A bucket as the JSON API shows it
 * (https://cloud.google.com/storage/docs/json_api/v1/buckets#resource).
 */
export function toBucketResource(bucket: BucketIndex, baseUrl: string): Record<string, unknown> {
  const { name, timeCreated, settings } = bucket;
  return {
    kind: "storage#bucket",
    id: name,
    name,
    selfLink: `${baseUrl}/storage/v1/b/${name}`,
    projectNumber: "0",
    ...LOCATION,
    storageClass: "STANDARD",
    metageneration: "1",
    etag: "CAE=",
    timeCreated,
    updated: timeCreated,
    versioning: { enabled: settings.versioning },
  };
}

/** gcloud asks for it before it copies or removes recursively, and gives up without. */
export function toStorageLayout(bucket: BucketIndex): Record<string, unknown> {
  return { kind: "storage#storageLayout", bucket: bucket.name, ...LOCATION };
}
