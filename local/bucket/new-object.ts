import type { ContentSummary, ObjectProperties, ObjectRecord } from "./object-record.ts";

/** A complete upload: its content in a file that the store takes over. */
export interface NewObject {
  readonly bucket: string;
  readonly name: string;
  readonly content: { readonly path: string; readonly summary: ContentSummary };
  readonly properties: ObjectProperties;
  /** Of a composed object. */
  readonly componentCount?: number;
}

/** The record of its first state; `now` is in milliseconds since 1970. */
export function toRecord(object: NewObject, generation: number, now: number): ObjectRecord {
  const time = new Date(now).toISOString();
  const { bucket, name, content, properties, componentCount } = object;
  return {
    bucket,
    name,
    generation,
    metageneration: 1,
    ...content.summary,
    ...(componentCount === undefined ? {} : { componentCount }),
    timeCreated: time,
    updated: time,
    properties,
  };
}
