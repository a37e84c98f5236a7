import type { HttpResponse } from "../../../http/http-request.ts";
import { isObject, parseJson } from "../../../platform/json.ts";
import type { FailedRow, Meaning } from "../../meaning.ts";
import { meaningOfStatus } from "../status-meaning.ts";
import { lengthOf, pickEvents, type EventBatch } from "./event-batch.ts";

/** Body of /import, https://docs.mixpanel.com/reference/import-events, "Responses". */
interface ImportBody {
  readonly error?: unknown;
  readonly num_records_imported?: unknown;
  readonly failed_records?: unknown;
}

/**
 * Whether a response that has to have a JSON body has none: then a proxy wrote it, or it was cut.
 */
export function isJsonExpectedButMissing({ status, body }: HttpResponse): boolean {
  return (status === 200 || status === 400) && parseBody(body) === undefined;
}

/**
 * What a response to a request of the events `sent` says. Statuses worth another attempt never get
 * here (`isRetryableStatus`).
 */
export function interpretResponse(response: HttpResponse, sent: EventBatch): Meaning {
  const body = parseBody(response.body) ?? {};
  if (response.status === 200) return interpretSuccess(body, sent);
  if (response.status === 400) return interpretRefusal(body, sent);
  return meaningOfStatus(response);
}

/**
 * Rows that name events are believed whatever the status; a count of everything beside rows
 * contradicts them.
 */
function interpretSuccess(body: ImportBody, sent: EventBatch): Meaning {
  const { failed_records: listed, num_records_imported: count } = body;
  if (!Array.isArray(listed) || listed.length === 0)
    return interpretCounts(body, lengthOf(sent), []);
  const refusal = interpretRefusal(body, sent);
  if (refusal.kind !== "unexplained") return refusal;
  return { kind: "miscounted", rows: [], imported: typeof count === "number" ? count : undefined };
}

const NO_REASON = "refused without a reason";

/** A 400 is partial success: the rows it lists are refused, the rest is stored. */
function interpretRefusal(body: ImportBody, sent: EventBatch): Meaning {
  const listed: readonly unknown[] = Array.isArray(body.failed_records) ? body.failed_records : [];
  const usable = listed.map((row) => usableRow(row, sent)).filter((row) => row !== undefined);
  // Rows that name other events than they mean (counted from 1, or of another request) would blame
  // the wrong ones.
  const isContradicted = usable.some(({ contradicts }) => contradicts);
  // An event with two faults may have two rows.
  const rows = isContradicted
    ? []
    : [...new Map(usable.map(({ row }) => [row.index, row])).values()];
  if (usable.length === listed.length && rows.length > 0)
    return interpretCounts(body, lengthOf(sent), rows);
  const text = listed.find((row) => typeof row === "string");
  const error = text ?? body.error;
  return {
    kind: "unexplained",
    rows,
    error: typeof error === "string" ? error.toWellFormed() : NO_REASON,
    isWhole: text !== undefined && rows.length === 0,
  };
}

function interpretCounts(body: ImportBody, sent: number, rows: readonly FailedRow[]): Meaning {
  const { num_records_imported: count } = body;
  if (count === sent - rows.length) return { kind: "imported", rows };
  return { kind: "miscounted", rows, imported: typeof count === "number" ? count : undefined };
}

/**
 * The row, when it names an event of the request. Ids can be equal, so only `index` tells which;
 * but an id that is given and is not that event's contradicts it. The name of the id's key differs
 * between Mixpanel's own documents.
 */
function usableRow(
  row: unknown,
  sent: EventBatch,
): { readonly row: FailedRow; readonly contradicts: boolean } | undefined {
  if (typeof row !== "object" || row === null || !("index" in row)) return undefined;
  const { index } = row;
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0) return undefined;
  if (index >= lengthOf(sent)) return undefined;
  const id = textIn(row, "$insert_id") || textIn(row, "insert_id");
  const error = textIn(row, "message") || NO_REASON;
  return {
    row: { index, field: textIn(row, "field"), error },
    contradicts: id !== "" && id !== insertIdOf(sent, index),
  };
}

/** The `$insert_id` of an event as it was sent; undefined when it has none that is text. */
function insertIdOf(sent: EventBatch, index: number): string | undefined {
  const { bytes } = pickEvents(sent, [index]);
  try {
    const { properties } = JSON.parse(bytes.toString("utf8")) as {
      properties?: { $insert_id?: unknown };
    };
    return typeof properties?.$insert_id === "string" ? properties.$insert_id : undefined;
  } catch {
    return undefined;
  }
}

function textIn(row: object, key: string): string {
  const value: unknown = Object.entries(row).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value.toWellFormed() : "";
}

function parseBody(body: Buffer): ImportBody | undefined {
  const value = parseJson(body);
  return isObject(value) ? value : undefined;
}
