import { isRecord, type JsonRecord, type Transform } from "../../event/transform-contract.ts";
import { toJson } from "../cell-types.ts";
import { isJsonObject, textOf } from "../event-properties.ts";
import { notA } from "../recipe-properties.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, named, readTimeIn } from "../time-reader.ts";

const AN_ENTRY = "a log entry of Cloud Logging with an event in it";

/** RFC 3339, "UTC zulu". */
const readTime = createTimeReader("cloudLogging", { format: "iso8601" });

/**
 * Events in entries of Cloud Logging, that a sink has written to a bucket or to a topic: a service
 * that logs `{"event": ..., "properties": {...}}` as a line of JSON has an event in the entry's
 * `jsonPayload` (or as text in `textPayload`).
 *
 * - The event takes the entry's place. Without `time` or `$insert_id` it gets the entry's
 *   `timestamp` and `insertId`, which are the same however often the entry is written.
 * - Let the sink's filter choose the entries, `jsonPayload.event:*`: any other entry becomes a dead
 *   letter.
 * - A `jsonPayload` has double-precision numbers only: log integers beyond 2^53 as text.
 *
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry and
 * https://cloud.google.com/logging/docs/export/storage
 *
 * @throws Error for what is no log entry, or has no event in it
 *
 * @example
 * export { cloudLogging as transform } from "./functions/transforms/recipes/cloud-logging.ts";
 */
export const cloudLogging: Transform = (entry) => {
  checkIsCalledWithRecord("cloudLogging", entry);
  const { event, properties } = payloadOf(entry);
  if (typeof event !== "string" || !isJsonObject(properties))
    throw new Error(`not ${AN_ENTRY}: its payload has no event and properties`);
  const insertId = textOf(properties["$insert_id"]) ?? textOf(entry["insertId"]);
  return {
    event,
    properties: {
      ...properties,
      time: properties["time"] ?? readTimeIn(entry, ["timestamp"], readTime),
      ...(insertId !== undefined && { $insert_id: insertId }),
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/cloud-logging.ts`.
 */
export const transform: Transform = cloudLogging;

function payloadOf(entry: JsonRecord): JsonRecord {
  const { jsonPayload, textPayload } = entry;
  if (isRecord(jsonPayload)) return jsonPayload;
  if (typeof textPayload !== "string") throw notA(AN_ENTRY, entry, "jsonPayload");
  const parsed = named("textPayload", () => toJson(textPayload));
  return isRecord(parsed) ? parsed : {};
}
