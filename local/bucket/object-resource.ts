import type { ObjectProperties, ObjectRecord } from "./object-record.ts";

/**
 * An object as the JSON API shows it
 * (https://cloud.google.com/storage/docs/json_api/v1/objects#resource).
 */
export interface ObjectResource extends ObjectProperties {
  readonly kind: "storage#object";
  readonly id: string;
  readonly selfLink: string;
  readonly mediaLink: string;
  readonly name: string;
  readonly bucket: string;
  /** Generation, metageneration and size are decimal texts. */
  readonly generation: string;
  readonly metageneration: string;
  readonly size: string;
  /** Base64; absent for composed objects. */
  readonly md5Hash?: string;
  /** Base64, most significant byte first. */
  readonly crc32c: string;
  readonly componentCount?: number;
  readonly etag: string;
  readonly timeCreated: string;
  readonly updated: string;
  readonly timeDeleted?: string;
  readonly timeStorageClassUpdated: string;
  readonly timeFinalized: string;
}

/** `baseUrl`: of the server, without a trailing slash; its links are built on it. */
export function toObjectResource(record: ObjectRecord, baseUrl: string): ObjectResource {
  const { bucket, name, generation, properties } = record;
  const path = `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  return {
    kind: "storage#object",
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${baseUrl}/${path}`,
    mediaLink: `${baseUrl}/download/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation: String(generation),
    metageneration: String(record.metageneration),
    contentType: "application/octet-stream",
    storageClass: "STANDARD",
    ...properties,
    size: String(record.size),
    ...(record.md5Hash === undefined ? {} : { md5Hash: record.md5Hash }),
    crc32c: record.crc32c,
    ...(record.componentCount === undefined ? {} : { componentCount: record.componentCount }),
    etag: etagOf(record),
    timeCreated: record.timeCreated,
    updated: record.updated,
    ...(record.timeDeleted === undefined ? {} : { timeDeleted: record.timeDeleted }),
    timeStorageClassUpdated: record.timeCreated,
    timeFinalized: record.timeCreated,
  };
}

/** Changes with every generation and metageneration. */
export function etagOf(record: ObjectRecord): string {
  return Buffer.from(`${record.generation}/${record.metageneration}`).toString("base64");
}
