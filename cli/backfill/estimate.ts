import { DOLLARS, PER_GIGABYTE } from "../../check/cost-figures.ts";
import type { ListedObject } from "../google/objects.ts";
import { SIMULATED_RULES } from "../check/mixpanel-rules.ts";

/** What an import of objects takes, by their sizes alone. */
export interface Estimate {
  readonly objects: number;
  /** As stored. */
  readonly bytes: number;
  /** The same without compression, about. */
  readonly uncompressedBytes: number;
  /** Events there are in so many bytes, about. */
  readonly events: number;
  /** To Mixpanel. */
  readonly requests: number;
  /** Each the least: at Mixpanel's rate limit, and with so few objects on their way at a time. */
  readonly seconds: { readonly rateLimit: number; readonly pace: number };
  readonly dollars: {
    readonly functions: number;
    readonly storage: number;
    /** At most: if all that is sent to Mixpanel is billed as sent to the internet. */
    readonly transfer: number;
  };
}

export interface EstimateBuilder {
  add(object: Pick<ListedObject, "name" | "size" | "contentType">): void;
  /** @param window objects that are on their way at a time */
  result(window: number): Estimate;
}

/**
 * Of gzip -9, the bytes of an event for each that is stored: docs/costs-and-benchmarks.md, "bytes
 * sent to Mixpanel".
 */
const COMPRESSION = 1 / 0.15;
const COMPRESSED_NAME = /\.(gz|gzip|tgz|zst|zstd)$/i;
const COMPRESSED_TYPE = /^application\/(x-)?(gzip|zstd)\b/i;
/**
 * What the smallest object takes of an instance: a push, a request to Mixpanel (300 ms), and four
 * to Cloud Storage.
 */
const LEAST_SECONDS = 1;
/** The function looks for the receipt of an object, the backfill for the object and the receipt. */
const READS_PER_OBJECT = 4;

export function createEstimate(): EstimateBuilder {
  let objects = 0;
  let bytes = 0;
  let uncompressedBytes = 0;
  let requests = 0;
  let instanceSeconds = 0;
  return {
    add: ({ name, size, contentType = "" }) => {
      const isCompressed = COMPRESSED_NAME.test(name) || COMPRESSED_TYPE.test(contentType);
      const contents = isCompressed ? size * COMPRESSION : size;
      objects++;
      bytes += size;
      uncompressedBytes += contents;
      requests += Math.max(1, Math.ceil((contents / 1e9) * PER_GIGABYTE.requests));
      instanceSeconds += Math.max(LEAST_SECONDS, (contents / 1e9) * PER_GIGABYTE.instanceSeconds);
    },
    result: (window) => {
      const gigabytes = uncompressedBytes / 1e9;
      const events = Math.max(gigabytes * PER_GIGABYTE.events, objects);
      const { maxBytesPerMinute, maxEventsPerSecond } = SIMULATED_RULES;
      const reads = gigabytes * PER_GIGABYTE.reads + objects * READS_PER_OBJECT;
      return {
        ...{ objects, bytes, requests },
        uncompressedBytes: Math.round(uncompressedBytes),
        events: Math.round(events),
        seconds: {
          rateLimit: Math.max(
            (uncompressedBytes / maxBytesPerMinute) * 60,
            events / maxEventsPerSecond,
          ),
          pace: instanceSeconds / Math.max(window, 1),
        },
        dollars: {
          functions: instanceSeconds * DOLLARS.instanceSecond,
          storage: reads * DOLLARS.read + objects * DOLLARS.write,
          transfer: gigabytes * PER_GIGABYTE.sent * DOLLARS.sentGigabyte,
        },
      };
    },
  };
}
