import {
  hasLongInteger,
  parseExactJson,
  stringifyExactJson,
} from "../../functions/event/exact-json.ts";
import { sortOf } from "../../functions/event/profile-rules.ts";
import { usualColumns } from "../../functions/event/row-mapping.ts";
import { isRecord, type Json, type JsonRecord } from "../../functions/event/transform-contract.ts";
import type { TransformResult } from "../../functions/records/apply-transform.ts";
import { syntheticInsertId, toUsableInsertId } from "../../functions/records/insert-id.ts";

/** A result of a repair, as JSON on one line. */
export interface NamedResult {
  readonly bytes: Buffer;
  /** Whether it is a row of a file still, rather than an event or an update. */
  readonly isRow: boolean;
}

const ID = "$insert_id";

/**
 * Gives the events and rows among the results of a record an `$insert_id` where they have none, the
 * one that the functions would give to the record as it was. So a record that is sent twice,
 * because a replay was killed or the repair was changed, is one event; and so are events of it that
 * were imported before others of it were refused.
 *
 * What is neither (a record that the stack's own transform makes an event of) stays what it is: its
 * id is made where it is imported.
 *
 * @param identity what the functions make the record's id of: its bytes, trimmed, or its position
 * @param isRow whether the record was a row
 */
export function nameResults(
  results: readonly Pick<TransformResult, "bytes" | "start" | "end">[],
  identity: Buffer | string,
  isRow: boolean,
): readonly NamedResult[] {
  let ordinal = 0;
  return results.map(({ bytes, start, end }) => {
    const json = bytes.subarray(start, end);
    const value = parseExactJson(json.toString("utf8"), hasLongInteger(json, 0, json.length));
    const kind = isRecord(value) ? kindOf(value, isRow) : "other";
    if (!isRecord(value) || kind === "other") return { bytes: json, isRow };
    if (kind === "update") return { bytes: json, isRow: false };
    const id = syntheticInsertId(identity, ordinal++);
    const named = kind === "event" ? nameEvent(value, id) : nameRow(value, id);
    return {
      bytes: named === value ? json : Buffer.from(stringifyExactJson(named)),
      isRow: kind === "row",
    };
  });
}

function kindOf(value: JsonRecord, isRow: boolean): "event" | "update" | "row" | "other" {
  if (typeof value["event"] === "string" && isRecord(value["properties"])) return "event";
  if (isRow) return sortOf(value) === "update" ? "update" : "row";
  return "other";
}

function nameEvent(event: JsonRecord, id: string): JsonRecord {
  const properties = event["properties"];
  if (!isRecord(properties) || hasId(properties[ID])) return event;
  return { ...event, properties: { ...properties, [ID]: id } };
}

function nameRow(row: JsonRecord, id: string): JsonRecord {
  const { insertId } = usualColumns(row);
  return insertId !== undefined && hasId(row[insertId]) ? row : { ...row, [ID]: id };
}

/** Whether an id stays, or is replaced by one that depends on it alone. */
function hasId(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  const text = typeof value === "string" ? value : stringifyExactJson({ value });
  return toUsableInsertId(text, () => "") !== "";
}
