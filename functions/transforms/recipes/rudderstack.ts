import type { Transform } from "../../event/transform-contract.ts";
import { CONTEXT, type CallVendor, eventOfCall } from "../customer-calls.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";

const RUDDERSTACK: CallVendor = {
  name: "RudderStack",
  paths: { ...CONTEXT, ip: ["request_ip"], session_id: ["context", "sessionId"] },
  // What RudderStack has corrected by the clock of the device comes first.
  times: ["timestamp", "originalTimestamp"],
};

/**
 * RudderStack's calls, as its destination for Cloud Storage writes them, one JSON object a line,
 * and its webhooks. They are Segment's but for the address (`request_ip`) and the session.
 *
 * - `track` becomes its event; `page` and `screen` become "Viewed <name> Page" and "Viewed <name>
 *   Screen"; `identify` becomes "Identify" with both ids and no traits; `group` and `alias` are
 *   left out.
 * - `messageId` becomes `$insert_id`; `timestamp`, or else `originalTimestamp`, becomes `time`.
 * - A property with a name that Mixpanel reserves gets another: `time` is `rudderstack_time`.
 *
 * https://www.rudderstack.com/docs/event-spec/standard-events/common-fields/ and
 * https://www.rudderstack.com/docs/destinations/streaming-destinations/google-cloud-storage/
 *
 * Not verified against files of a real destination: its documentation gives the fields of a call,
 * not a whole file.
 *
 * @throws Error for a call without a type that is known, or without a time with a zone
 *
 * @example
 * export { rudderstack as transform } from "./functions/transforms/recipes/rudderstack.ts";
 */
export const rudderstack: Transform = (call) => {
  checkIsCalledWithRecord("rudderstack", call);
  return eventOfCall(call, RUDDERSTACK);
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/rudderstack.ts`.
 */
export const transform: Transform = rudderstack;
