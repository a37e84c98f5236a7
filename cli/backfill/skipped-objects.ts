import { isRetryable } from "../../functions/platform/errors.ts";
import { objectUri, type ObjectGeneration } from "../../functions/reading/object-generation.ts";
import { readObjectLog, type ObjectLogLine } from "../google/object-log.ts";
import { RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import type { Pause } from "./await-receipt.ts";

/**
 * Whether importObject logged, after the backfill had begun, that it leaves an object out.
 * `sinceMs`: when it was announced, by the clock of `Pause`.
 */
export type WasSkipped = (place: ObjectGeneration, sinceMs: number) => Promise<boolean>;

const MESSAGES = ["Object skipped"] as const;
/** Most objects have their receipt before anybody has to look into the log. */
const PATIENCE_MS = 3000;
/** Of 60 a minute that a project may make (https://cloud.google.com/logging/quotas#api-limits). */
const LOOK_LASTS_MS = 5000;
/** Lines do not come in the order of their time; who waits looks at least every 15 s. */
const OVERLAP_MS = 120_000;
const LOOK_BACK_MS = 30 * 86_400_000;
const MAX_LINES = 5000;

/**
 * Makes the lookup, before anything is announced: what was skipped earlier says nothing, since the
 * globs may have been changed meanwhile. Earlier and later are by the log's own clock. Where the
 * log may not or cannot be read, nobody knows, and it says no.
 */
export async function createSkippedLookup(
  connection: Connection,
  { now }: Pick<Pause, "now">,
): Promise<WasSkipped> {
  const read = (since: number, maxLines: number): Promise<readonly ObjectLogLine[]> =>
    readObjectLog(connection, {
      ...{ messages: MESSAGES, maxLines },
      since: new Date(since).toISOString(),
    });
  const earlier = await orUnknown(read(Date.now() - LOOK_BACK_MS, 1));
  if (earlier === undefined) return () => Promise.resolve(false);
  const begin = newestOf(earlier) ?? Date.now() - LOOK_BACK_MS;
  let newest = begin;
  let readAt = -Infinity;
  let skipped: Promise<ReadonlySet<string>> = Promise.resolve(new Set());
  const look = async (): Promise<ReadonlySet<string>> => {
    const lines = await orUnknown(read(Math.max(newest - OVERLAP_MS, begin), MAX_LINES));
    const later = (lines ?? []).filter(({ timestamp }) => Date.parse(timestamp) > begin);
    newest = newestOf(later) ?? newest;
    return new Set(later.map(objectUri));
  };
  return async (place, sinceMs) => {
    if (now() - sinceMs < PATIENCE_MS) return false;
    if (now() - readAt > LOOK_LASTS_MS) {
      readAt = now();
      skipped = look();
    }
    return (await skipped).has(objectUri(place));
  };
}

/** Lines are newest first. */
function newestOf(lines: readonly ObjectLogLine[]): number | undefined {
  const [line] = lines;
  return line === undefined ? undefined : Date.parse(line.timestamp);
}

async function orUnknown<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof RefusedError || isRetryable(error)) return undefined;
    throw error;
  }
}
