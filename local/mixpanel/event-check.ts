import { isJsonObject, type JsonObject } from "../json.ts";
import { parseExactly } from "./exact-json.ts";
import { idText, refuseDistinctId, refuseInsertId } from "./id-check.ts";
import { type IdentityMode, isIdentityEvent, storedDistinctId } from "./identity.ts";
import { MAX_EVENT_BYTES } from "./limits.ts";
import { type SentRecord, textOf } from "./parse-batch.ts";
import type { Refusal } from "./rules.ts";
import type { Switches } from "./switches.ts";
import { checkTime } from "./time-check.ts";
import { refuseProperties } from "./value-check.ts";

/** What an event is checked against. */
export interface CheckContext {
  readonly nowMs: number;
  readonly identityMode: IdentityMode;
  /** Where the request came from. */
  readonly address: string;
  readonly switches: Switches;
}

/** An event that passed, with the four values it is told apart by. */
export interface AcceptedEvent {
  readonly name: string;
  readonly timeMs: number;
  readonly distinctId: string;
  /** Undefined when the simulator has to make one up, which never takes part in de-duplication. */
  readonly insertId: string | undefined;
  /**
   * A truthy `$ignore`: the event is accepted and then dropped
   * (https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties).
   */
  readonly isIgnored: boolean;
}

/** Tells the two outcomes of a check apart. */
export function isRefusal(outcome: AcceptedEvent | Refusal): outcome is Refusal {
  return "rule" in outcome;
}

/** Checks one event by the rules of `strict=1`; the first broken rule is the one reported. */
export function checkEvent(record: SentRecord, context: CheckContext): AcceptedEvent | Refusal {
  if (record.isMalformed)
    return { rule: "malformed", field: "", message: "event is not valid JSON" };
  const value = withExactIds(record);
  const name = isJsonObject(value) ? value["event"] : undefined;
  if (typeof name !== "string" || name.trim() === "")
    return {
      rule: "event-missing",
      field: "event",
      message: "'event' must not be missing or blank",
    };
  const properties = isJsonObject(value) ? value["properties"] : undefined;
  if (!isJsonObject(properties))
    return {
      rule: "properties-missing",
      field: "properties",
      message: "'properties' must not be missing and must be an object",
    };
  if (record.bytes >= MAX_EVENT_BYTES)
    return { rule: "event-too-large", field: "", message: "event must be smaller than 1 MB" };
  return checkProperties(name, properties, record, context);
}

function checkProperties(
  name: string,
  properties: JsonObject,
  record: SentRecord,
  context: CheckContext,
): AcceptedEvent | Refusal {
  // $merge and its kin carry neither time nor ids of their own; the original mode takes them
  // (observed).
  if (isIdentityEvent(record.value)) return acceptIdentityEvent(name, properties, context);
  const timeMs = checkTime(properties["time"], context.nowMs);
  if (typeof timeMs !== "number") return timeMs;
  const { switches, identityMode } = context;
  const ignoreCase = switches.placeholdersIgnoreCase;
  const refusal =
    refuseDistinctId(properties["distinct_id"], {
      isRequired: identityMode === "original",
      ignoreCase,
    }) ??
    refuseInsertId(properties["$insert_id"], ignoreCase) ??
    refuseProperties(properties, { maxProperties: switches.maxProperties, isUtf8: record.isUtf8 });
  if (refusal !== undefined) return refusal;
  return {
    name,
    timeMs,
    distinctId: storedDistinctId(properties, identityMode, context.address),
    insertId: idText(properties["$insert_id"]),
    isIgnored: Boolean(properties["$ignore"]),
  };
}

function acceptIdentityEvent(
  name: string,
  properties: JsonObject,
  { nowMs, identityMode, address }: CheckContext,
): AcceptedEvent {
  const timeMs = checkTime(properties["time"], nowMs);
  const insertId = properties["$insert_id"];
  return {
    name,
    timeMs: typeof timeMs === "number" ? timeMs : nowMs,
    distinctId: storedDistinctId(properties, identityMode, address),
    insertId: insertId === undefined || insertId === null ? undefined : idText(insertId),
    isIgnored: Boolean(properties["$ignore"]),
  };
}

/**
 * Two ids that differ beyond 2^53 only would become one if the record were not read again, exactly.
 */
function withExactIds(record: SentRecord): unknown {
  const { value } = record;
  if (!isJsonObject(value) || !isJsonObject(value["properties"])) return value;
  const properties = value["properties"];
  const inexact = ["distinct_id", "$insert_id", "$user_id", "$device_id"].some((key) => {
    const id = properties[key];
    return typeof id === "number" && !Number.isSafeInteger(id);
  });
  return inexact ? parseExactly(textOf(record)) : value;
}
