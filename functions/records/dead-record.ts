import type { Problem } from "../event/problem.ts";

/** A record that can never be imported, and why. */
export interface DeadRecord {
  readonly problem: Problem;
  /**
   * The record's exact bytes; of an oversized record of an object only the head, and then `cut`
   * says so.
   */
  readonly bytes: Buffer;
  /** 1-based line in its object. */
  readonly line: number;
  /**
   * Its place, of which an id is made with `SYNTHETIC_ID=position`: the offset in its object, or
   * the index in its message. Undefined: nobody knows, as of records that somebody has edited.
   */
  readonly position?: string | undefined;
  readonly cut?: { readonly offset: number; readonly bytes: number };
}

/** Where dead records come from. */
export interface DeadLetterOrigin {
  /** `gs://bucket/object#generation`, or the subscription. */
  readonly source: string;
  /** `bucketId`, `objectId`, `objectGeneration`; or `messageId`, `publishTime`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** A message's own attributes. */
  readonly original: Readonly<Record<string, string>>;
  /** Whether records have lines, as those of an object do. */
  readonly hasLines: boolean;
  /** How often these records were replayed. */
  readonly replays: number;
}
