import type { Transform } from "../../event/transform-contract.ts";
import { eventFromRow } from "../event-from-row.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";

const toEvent = eventFromRow({
  event: { column: "event_table_name" },
  time: { column: "time", format: "iso8601", zone: "UTC" },
  user: "identity",
  device: "user_id",
  insertId: "event_id",
  // An export to JSON has no NULLs.
  anonymous: true,
  drop: ["event_id"],
  rename: {
    platform: "$os",
    browser: "$browser",
    referrer: "$referrer",
    href: "$current_url",
    app_version: "$app_version_string",
    device: "$device",
    carrier: "$carrier",
    city: "$city",
    region: "$region",
    library: "mp_lib",
  },
});

/**
 * Rows of Heap Connect's `all_events`, and of its tables of single events: exported from the
 * warehouse that Heap fills, as JSON or Parquet.
 *
 * - `event_table_name` is the event. The table of one event has no such column: give it one, as in
 *   the example.
 * - `time`, UTC, becomes `time`; `event_id` becomes `$insert_id`.
 * - `user_id`, which Heap gives to each browser, becomes `$device_id`, and `identity`, which is in
 *   `users` (join it), `$user_id`; `distinct_id` is as Simplified ID Merge makes it.
 * - All other columns become properties, known ones under Mixpanel's names.
 *
 * https://help.heap.io/hc/en-us/articles/18700033317020-Heap-Connect-Data-Schema
 *
 * Not verified against an export of a real environment, and Heap's own files in a bucket are Avro.
 *
 * @throws Error for a row without one of these columns, with the columns it has
 *
 * @example
 * export { heap as transform } from "./functions/transforms/recipes/heap.ts";
 * @example
 * export const transform = byObject({
 *   "checkout/**": compose((row) => ({ ...row, event_table_name: "Checkout" }), heap),
 * });
 */
export const heap: Transform = (row, context) => {
  checkIsCalledWithRecord("heap", row);
  return toEvent(row, context);
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/heap.ts`.
 */
export const transform: Transform = heap;
