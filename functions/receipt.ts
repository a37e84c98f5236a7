import { createHash } from "node:crypto";

import type { Bucket } from "@google-cloud/storage";

import type { EventCounts, RecordCounts } from "./counters.ts";
import { statusOf, translateStorageError } from "./google/storage-error.ts";
import type { Reason } from "./records/problem.ts";
import { cutToBytes } from "./text.ts";

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

/** One generation of an object. */
export interface ObjectGeneration {
  readonly bucket: string;
  readonly object: string;
  readonly generation: string;
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
  const digest = createHash("sha256").update(object).digest("hex").slice(0, 16);
  return `${bucket}/${cutToBytes(object, CUT_OBJECT_BYTES)}~${digest}/${generation}.json`;
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
      try {
        await bucket.file(receiptName(receipt)).save(`${JSON.stringify(receipt)}\n`, {
          resumable: false,
          contentType: "application/json",
          preconditionOpts: { ifGenerationMatch: replaces },
        });
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        throw translateStorageError("writing the receipt", error);
      }
    },
  };
}
