import type { Transform } from "../../event/transform-contract.ts";
import { eventFromRow } from "../event-from-row.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";

const COLUMNS = {
  user: "user_id",
  device: "device_id",
  json: ["properties"],
  // An export to JSON has no NULLs: a row without a user lacks the column.
  anonymous: true,
} as const;
const fromGuide = eventFromRow({
  ...COLUMNS,
  event: { column: "event_name" },
  time: { column: "event_time" },
});
const fromUsual = eventFromRow(COLUMNS);

/**
 * Rows that BigQuery exports (`bq extract`, EXPORT DATA) as newline-delimited JSON, Parquet or
 * Avro, of a table with the columns that Mixpanel's own guide has for a view of events:
 * `event_name`, `event_time`, `user_id`, `device_id`, `insert_id`, and `properties`, JSON or
 * STRUCT. All others become properties. Rows without `event_time` may have the columns that
 * `eventFromRow` knows by themselves. Where yours have other names, write your own `eventFromRow`.
 *
 * - The time is a TIMESTAMP (`2026-01-31 23:59:59.123456 UTC`), or an INT64 of seconds or
 *   milliseconds. A DATETIME has no zone and is an error: tell it with `zone`.
 * - INT64 and NUMERIC are text in JSON, and stay text until `numbers` names the column.
 * - Without `insert_id` the import makes the id of the row: export the same rows again in the same
 *   format, and they are counted once.
 *
 * https://cloud.google.com/bigquery/docs/exporting-data and
 * https://docs.mixpanel.com/guides/strategic-playbooks/project-migration
 *
 * @throws Error for a row without a name or a time, with the columns it has
 *
 * @example
 * export { bigquery as transform } from "./functions/transforms/recipes/bigquery.ts";
 */
export const bigquery: Transform = (row, context) => {
  checkIsCalledWithRecord("bigquery", row);
  const toEvent = Object.hasOwn(row, "event_time") ? fromGuide : fromUsual;
  return toEvent(row, context);
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/bigquery.ts`.
 */
export const transform: Transform = bigquery;
