import type { Transform } from "../../event/transform-contract.ts";
import { CONTEXT, type CallVendor, eventOfCall } from "../customer-calls.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";

const SEGMENT: CallVendor = { name: "Segment", paths: CONTEXT, times: ["timestamp"] };

/**
 * Segment's calls, as its storage destinations and webhooks write them, one JSON object a line.
 *
 * - `track` becomes its event; `page` and `screen` become "Viewed <name> Page" and "Viewed <name>
 *   Screen".
 * - `identify` becomes the event "Identify" with both ids and no traits: with Simplified ID Merge
 *   an event that carries `$device_id` and `$user_id` joins the two. Traits belong to profiles,
 *   which this import does not write.
 * - `group` and `alias` are left out.
 * - `messageId` becomes `$insert_id` (Segment repeats a call with the same one), `timestamp`
 *   becomes `time`. A property with a name that Mixpanel reserves gets another: `time` is
 *   `segment_time`.
 *
 * https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified and
 * https://segment.com/docs/connections/spec/
 *
 * @throws Error for a call without a type that is known, or without a timestamp with a zone
 *
 * @example
 * export { segment as transform } from "./functions/transforms/recipes/segment.ts";
 */
export const segment: Transform = (call) => {
  checkIsCalledWithRecord("segment", call);
  return eventOfCall(call, SEGMENT);
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/segment.ts`.
 */
export const transform: Transform = segment;
