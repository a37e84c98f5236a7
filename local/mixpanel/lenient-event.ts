import { isJsonObject } from "../json.ts";
import type { AcceptedEvent, CheckContext } from "./event-check.ts";
import { idText, refuseInsertId } from "./id-check.ts";
import { storedDistinctId } from "./identity.ts";
import { EARLIEST_TIME_MS, MAX_TIME_AHEAD_MS } from "./limits.ts";
import type { SentRecord } from "./parse-batch.ts";
import { epochMilliseconds } from "./time-check.ts";

/**
 * What `strict=0` makes of an event: what is wrong is silently replaced, and what cannot be read is
 * silently dropped (undefined). An `$insert_id` that is missing or invalid is made up by the server
 * and "doesn't qualify for de-duplication"
 * (https://docs.mixpanel.com/reference/event-deduplication); a time that is missing becomes the
 * time of arrival
 * (https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties).
 */
export function acceptLeniently(
  record: SentRecord,
  { nowMs, identityMode, address }: CheckContext,
): AcceptedEvent | undefined {
  const { value } = record;
  if (!isJsonObject(value)) return undefined;
  const name = value["event"];
  const properties = value["properties"];
  if (typeof name !== "string" || name.trim() === "" || !isJsonObject(properties)) return undefined;
  const insertId = properties["$insert_id"];
  return {
    name,
    timeMs: lenientTime(properties["time"], nowMs),
    distinctId: storedDistinctId(properties, identityMode, address),
    insertId: refuseInsertId(insertId, false) === undefined ? idText(insertId) : undefined,
    isIgnored: Boolean(properties["$ignore"]),
  };
}

function lenientTime(time: unknown, nowMs: number): number {
  const timeMs = epochMilliseconds(time);
  if (timeMs === undefined || timeMs < EARLIEST_TIME_MS) return nowMs;
  return timeMs > nowMs + MAX_TIME_AHEAD_MS ? nowMs : Math.min(timeMs, nowMs);
}
