/**
 * Any value JSON can hold. An integer beyond 2^53 arrives as a `bigint`, so that it stays exact.
 */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A record as it was read: any JSON value; an event in Mixpanel's format is an object. */
export type JsonRecord = Record<string, Json | undefined>;

/** Whether `value` is an object, as a record or an event is. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a record comes from, and what the transform may know besides. */
export type TransformContext = TransformSource & {
  /**
   * The stack's `transformSecret` (TRANSFORM_SECRET): the key of `hashProperties`. Left out when it
   * is not set.
   */
  readonly secret?: string;
};

/** Where a record comes from. */
export type TransformSource =
  | {
      readonly source: "object";
      readonly bucket: string;
      readonly object: string;
      readonly generation: string;
      /** 1-based. */
      readonly line: number;
    }
  | {
      readonly source: "message";
      readonly messageId: string;
      /** RFC 3339, as Pub/Sub gives it. */
      readonly publishTime: string;
      readonly attributes: Readonly<Record<string, string>>;
    };

/**
 * Turns a record into an event, several, or `null` (the record is then left out, and counted as
 * `dropped`). Pure and synchronous. What it throws dead-letters this record with the error's text,
 * never the file; so does anything else it returns: `undefined` is a forgotten `return`, which must
 * not lose a history.
 */
export type Transform = (
  record: JsonRecord,
  context: TransformContext,
) => JsonRecord | readonly JsonRecord[] | null;

/** The transform that changes nothing. It is recognised by reference: records then stay bytes. */
export const identity: Transform = (record) => record;
