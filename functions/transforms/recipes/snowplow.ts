import type { JsonRecord, Transform } from "../../event/transform-contract.ts";
import { toNumber } from "../cell-types.ts";
import { type JsonObject, textOf } from "../event-properties.ts";
import { besideReserved, propertiesAt, requiredText } from "../recipe-properties.ts";
import { SNOWPLOW_COLUMNS, SNOWPLOW_NUMBERS } from "../snowplow-columns.ts";
import { entities, selfDescribing } from "../snowplow-entities.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, named, readTimeIn } from "../time-reader.ts";
import { idOf, userProperties } from "../user-ids.ts";

const AN_EVENT = "an enriched event of Snowplow";

/** The first is what Snowplow recommends to use, but for trackers that say what is true. */
const TIMES = ["true_tstamp", "derived_tstamp", "collector_tstamp"];

/** Times are UTC and, in the TSV, do not say so. */
const readTime = createTimeReader("snowplow", { format: "iso8601", zone: "UTC" });

/**
 * Enriched events of Snowplow: as JSON, as its Analytics SDKs, Snowbridge (`spEnrichedToJson`) and
 * the wide row format of its transformers write them; or rows of the TSV of 131 columns. That TSV
 * has no header: put the line in front that Snowplow's documentation has for it. In a message it is
 * not JSON, and not read.
 *
 * - A structured event is named by `se_action`, any other by `event_name`: `page_view`,
 *   `link_click`.
 * - The members of a self-describing event become properties; entities become lists of objects
 *   under the names that the SDKs give them, `contexts_com_acme_product_1`.
 * - Columns become properties, known ones under Mixpanel's names. Those of the machinery
 *   (`etl_tstamp`, `br_features_*`) do not.
 * - `true_tstamp`, `derived_tstamp` or `collector_tstamp` becomes `time`; `event_id` becomes
 *   `$insert_id`.
 * - `user_id` and `domain_userid`, or else `network_userid`, become `$user_id` and `$device_id`,
 *   and `distinct_id` as Simplified ID Merge makes it.
 *
 * https://docs.snowplow.io/docs/fundamentals/canonical-event/ and
 * https://docs.snowplow.io/docs/destinations/custom-streaming/enriched-tsv-format/
 *
 * Not verified: columns of the Lake Loader and of BigQuery tables, whose names have the whole
 * version of a schema.
 *
 * @throws Error for a record without `event_id`, a name or a time
 *
 * @example
 * export { snowplow as transform } from "./functions/transforms/recipes/snowplow.ts";
 */
export const snowplow: Transform = (record) => {
  checkIsCalledWithRecord("snowplow", record);
  const insertId = requiredText(record, "event_id", AN_EVENT);
  return {
    event: eventName(record),
    properties: {
      ...propertiesAt(record, SNOWPLOW_COLUMNS),
      ...numbersIn(record),
      ...entities(record),
      ...besideReserved("snowplow", selfDescribing(record)),
      ...userProperties(record["user_id"], deviceOf(record)),
      time: readTimeIn(record, TIMES, readTime),
      $insert_id: insertId,
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/snowplow.ts`.
 */
export const transform: Transform = snowplow;

function eventName(record: JsonRecord): string {
  const action = record["event"] === "struct" ? textOf(record["se_action"]) : undefined;
  return action ?? textOf(record["event_name"]) ?? requiredText(record, "event", AN_EVENT);
}

function numbersIn(record: JsonRecord): JsonObject {
  const values = Object.entries(propertiesAt(record, SNOWPLOW_NUMBERS));
  return Object.fromEntries(
    values.map(([name, value]) => [name, named(name, () => toNumber(value ?? null))] as const),
  );
}

function deviceOf(record: JsonRecord): string | undefined {
  return idOf(record["domain_userid"]) ?? idOf(record["network_userid"]);
}
