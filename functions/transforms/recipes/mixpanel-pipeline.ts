import { FIRST_MILLISECONDS, IDENTITY_EVENTS } from "../../event/limits.ts";
import type { Json, JsonRecord, Transform } from "../../event/transform-contract.ts";
import { toJson } from "../cell-types.ts";
import { isJsonObject, type JsonObject, textOf } from "../event-properties.ts";
import { withoutFirstImport } from "../first-import.ts";
import { requiredText } from "../recipe-properties.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, named, readTimeIn } from "../time-reader.ts";
import { userProperties } from "../user-ids.ts";

const A_ROW = "a row of mp_master_event of Mixpanel's JSON Pipelines";

/** Numbers from here on are microseconds: as milliseconds they would be after the year 5000. */
const FIRST_MICROSECONDS = FIRST_MILLISECONDS * 1000;

/** "The data is exported in UTC timezone." https://docs.mixpanel.com/docs/data-pipelines */
const readText = createTimeReader("mixpanelPipeline", { zone: "UTC" });

/**
 * Rows of `mp_master_event`, which Mixpanel's JSON Pipelines write into a bucket as
 * `PROJECT/mp_master_event/YYYY/MM/DD/`, to be imported into another project.
 *
 * - `event_name` is the event; the members of `properties`, an object or text that holds it, are
 *   its properties, under their own names: `$browser` is `$browser`.
 * - `distinct_id`, `user_id`, `device_id`, `insert_id` and `time`, UTC, become Mixpanel's
 *   `distinct_id`, `$user_id`, `$device_id`, `$insert_id` and `time`, whatever `properties` has.
 * - `$identify`, `$create_alias` and `$merge` are left out: projects with Simplified ID Merge
 *   refuse them. An event with a user's id gets that as `distinct_id`, as in Mixpanel's own guide.
 * - Properties that tell of the first import, such as `mp_processing_time_ms`, are left out.
 *
 * https://docs.mixpanel.com/docs/data-pipelines/json-pipelines
 *
 * Not verified: how `time` is written in a bucket, for which the documentation says "Timestamp"
 * only. Text in ISO 8601 is read, and numbers of seconds, milliseconds or microseconds, whose
 * ranges do not meet. Rows of the older schematized pipelines have other columns, with changed
 * names.
 *
 * @throws Error for a row without `event_name` or `time`, as those of people and identities are
 *
 * @example export { mixpanelPipeline as transform } from
 *   "./functions/transforms/recipes/mixpanel-pipeline.ts";
 */
export const mixpanelPipeline: Transform = (row) => {
  checkIsCalledWithRecord("mixpanelPipeline", row);
  const event = requiredText(row, "event_name", A_ROW);
  if (IDENTITY_EVENTS.has(event)) return null;
  const insertId = textOf(row["insert_id"]);
  return {
    event,
    properties: {
      ...propertiesOf(row),
      ...idProperties(row),
      time: readTimeIn(row, ["time"], readTime),
      ...(insertId !== undefined && { $insert_id: insertId }),
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/mixpanel-pipeline.ts`.
 */
export const transform: Transform = mixpanelPipeline;

function propertiesOf(row: JsonRecord): JsonObject {
  const properties = named("properties", () => toJson(row["properties"] ?? {}));
  if (!isJsonObject(properties)) throw new Error("properties: neither an object nor JSON of one");
  return withoutFirstImport(properties);
}

/** The user's id is `distinct_id`, as in Mixpanel's own guide; without one it stays what it is. */
function idProperties(row: JsonRecord): JsonObject {
  const ids = userProperties(row["user_id"], row["device_id"]);
  const own = textOf(row["distinct_id"]);
  return ids.$user_id === undefined && own !== undefined ? { ...ids, distinct_id: own } : ids;
}

function readTime(value: Json): number {
  const time = readText(value);
  return time >= FIRST_MICROSECONDS ? Math.floor(time / 1000) : time;
}
