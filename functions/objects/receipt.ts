import { hash } from "node:crypto";

import type { File, FileMetadata } from "@google-cloud/storage";

import type { EventCounts, RecordCounts, UpdateCounts } from "../records/counters.ts";
import type { GoogleApi } from "../google/google-api.ts";
import { statusOf, translateStorageError } from "../google/storage-error.ts";
import type { Deadline } from "../platform/deadline.ts";
import { UnavailableError } from "../platform/errors.ts";
import type { Reason } from "../event/problem.ts";
import { cutToBytes } from "../event/utf8.ts";
import type { ObjectGeneration } from "../reading/object-generation.ts";

/** How the import of an object ended. */
export type ReceiptState =
  "complete" | "truncated" | "superseded" | "deleted" | "quarantined" | "unreadable";

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
  /** Updates of profiles of users, and of groups. Receipts from before profiles have neither. */
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
  /** Uncompressed bytes read; of a file that is read by rows, its stored bytes. */
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
  /** In our own words only: a transform's or Mixpanel's may hold contents. */
  readonly error?: string;
  readonly line: number;
}

/** The receipts bucket. Both throw UnavailableError, CredentialsError. */
export interface Receipts {
  /** Generation of the object's receipt, or undefined when there is none. */
  findGeneration(object: ObjectGeneration, deadline: Deadline): Promise<string | undefined>;
  /**
   * Writes a receipt in the place of the one with the generation `replaces`; "0": only where there
   * is none. False: another delivery was faster.
   */
  write(receipt: Receipt, replaces: string, deadline: Deadline): Promise<boolean>;
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

/** Receipts in `bucket`, over the client library's small requests. */
export function createReceipts({ storage, within }: GoogleApi, bucketName: string): Receipts {
  const bucket = storage.bucket(bucketName);
  return {
    findGeneration: async (object, deadline) => {
      const name = "looking for the receipt";
      const file = bucket.file(receiptName(object));
      try {
        const [metadata] = await within(name, deadline, () => file.getMetadata());
        return generationOf(metadata, file.name, name);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw translateStorageError(name, error);
      }
    },
    write: async (receipt, replaces, deadline) => {
      const name = "writing the receipt";
      const file = bucket.file(receiptName(receipt));
      const text = `${JSON.stringify(receipt)}\n`;
      const options = {
        resumable: false,
        contentType: "application/json",
        // The library would answer a checksum that is missing or wrong by deleting the object,
        // which may be the receipt of another delivery; ours is checked below.
        validation: false,
        preconditionOpts: { ifGenerationMatch: replaces },
      };
      try {
        await within(name, deadline, () => file.save(text, options));
        // A 200 that does not say what was stored was not written by Cloud Storage.
        generationOf(file.metadata, file.name, name);
        if (file.metadata.md5Hash !== md5(text))
          throw new UnavailableError(`${name}: what is stored is not what was sent`);
        return true;
      } catch (error) {
        if (statusOf(error) === 412)
          return await within(name, deadline, () => isOwnReceipt(file, text));
        throw translateStorageError(name, error);
      }
    },
  };
}

/** @throws UnavailableError when the metadata are not those of the object `name` */
function generationOf(metadata: FileMetadata, name: string, what: string): string {
  const generation = String(metadata.generation);
  if (metadata.name === name && /^\d+$/.test(generation)) return generation;
  throw new UnavailableError(`${what}: the response is not about it`);
}

function md5(text: string): string {
  return hash("md5", text, "base64");
}

/**
 * Whether `file` holds `text`: then an attempt of our own was faster, and only its response was
 * lost.
 *
 * @throws UnavailableError, CredentialsError when no receipt is seen there: then the 412 that said
 *   so was not true, and the object would be done with without a trace
 */
async function isOwnReceipt(file: File, text: string): Promise<boolean> {
  try {
    const [{ md5Hash }] = await file.getMetadata();
    return md5Hash === md5(text);
  } catch (error) {
    throw translateStorageError("looking for the receipt", error);
  }
}
