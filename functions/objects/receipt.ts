import { hash } from "node:crypto";

import type { Bucket, File } from "@google-cloud/storage";

import type { EventCounts, RecordCounts } from "../records/counters.ts";
import { statusOf, translateStorageError } from "../google/storage-error.ts";
import type { Reason } from "../event/problem.ts";
import { cutToBytes } from "../event/utf8.ts";
import type { ObjectGeneration } from "../reading/object-generation.ts";

/** How the import of an object ended. */
export type ReceiptState = "complete" | "truncated" | "superseded" | "deleted" | "quarantined";

/** Written once for each generation of an object, when its import has ended. Version 1. */
export interface Receipt {
  readonly version: 1;
  readonly bucket: string;
  readonly object: string;
  readonly generation: string;
  /** Stored bytes of the object. */
  readonly size: number;
  readonly state: ReceiptState;
  readonly records: RecordCounts;
  readonly events: EventCounts & { readonly idsAdded: number };
  /** Uncompressed bytes read. */
  readonly bytes: number;
  readonly requests: number;
  readonly retries: number;
  readonly runs: number;
  /** Hash of the deployed archive. */
  readonly code: string;
  readonly firstError: FirstError | null;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** The first record that was not imported; nothing of its contents. */
export interface FirstError {
  readonly reason: Reason;
  readonly field: string;
  readonly line: number;
}

export interface Receipts {
  /** Generation of the receipt, or undefined when there is none. @throws UnavailableError, CredentialsError */
  find(object: ObjectGeneration): Promise<string | undefined>;
  /**
   * Writes a receipt, unless somebody else was faster: 0 = only where there is none, else only in the place of that
   * generation. Returns whether it is ours. @throws UnavailableError, CredentialsError
   */
  write(receipt: Receipt, replaces: string): Promise<boolean>;
}

/** https://cloud.google.com/storage/docs/objects#naming: at most 1,024 bytes of UTF-8. */
const MAX_NAME_BYTES = 1024;
const CUT_OBJECT_BYTES = 800;

/** Name of the receipt of `object` in the receipts bucket. */
export function receiptName({ bucket, object, generation }: ObjectGeneration): string {
  const name = `${bucket}/${object}/${generation}.json`;
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const end = `~${hash("sha256", object, "hex").slice(0, 16)}/${generation}.json`;
  // A bucket named after a domain leaves less room: it may have 222 characters.
  const room = MAX_NAME_BYTES - Buffer.byteLength(`${bucket}/${end}`);
  return `${bucket}/${cutToBytes(object, Math.min(CUT_OBJECT_BYTES, room))}${end}`;
}

/** Receipts in `bucket`. */
export function createReceipts(bucket: Bucket): Receipts {
  return {
    find: async (object) => {
      try {
        const [metadata] = await bucket.file(receiptName(object)).getMetadata();
        return String(metadata.generation);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw translateStorageError("looking for the receipt", error);
      }
    },
    write: async (receipt, replaces) => {
      const file = bucket.file(receiptName(receipt));
      const text = `${JSON.stringify(receipt)}\n`;
      try {
        await file.save(text, {
          resumable: false,
          contentType: "application/json",
          preconditionOpts: { ifGenerationMatch: replaces },
        });
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return await holds(file, text);
        throw translateStorageError("writing the receipt", error);
      }
    },
  };
}

/** Whether `file` is `text`: then it was an attempt of our own that was faster, and only its response was lost. */
async function holds(file: File, text: string): Promise<boolean> {
  try {
    const [{ md5Hash }] = await file.getMetadata();
    return md5Hash === hash("md5", text, "base64");
  } catch (error) {
    // Whoever wrote it, the receipt is there; only the log line is in doubt.
    if (statusOf(error) !== undefined) return false;
    throw translateStorageError("looking for the receipt", error);
  }
}
