import type { Transform } from "../../event/transform-contract.ts";
import { CONTEXT, callsWithProfiles, type CallVendor, eventOfCall } from "../customer-calls.ts";
import type { CallProfileOptions, ProfileVendor } from "../customer-profiles.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";

/**
 * Names as RudderStack's own destination gives them:
 * https://github.com/rudderlabs/rudder-transformer/tree/main/src/v0/destinations/mp
 */
const RUDDERSTACK: CallVendor & ProfileVendor = {
  name: "RudderStack",
  paths: { ...CONTEXT, ip: ["request_ip"], session_id: ["context", "sessionId"] },
  // What RudderStack has corrected by the clock of the device comes first.
  times: ["timestamp", "originalTimestamp"],
  traits: [["traits"], ["context", "traits"]],
  userNames: [
    ["createdAt", "$created"],
    ["email", "$email"],
    ["firstName", "$first_name"],
    ["firstname", "$first_name"],
    ["first_name", "$first_name"],
    ["lastName", "$last_name"],
    ["lastname", "$last_name"],
    ["last_name", "$last_name"],
    ["name", "$name"],
    ["username", "$username"],
    ["userName", "$username"],
    ["phone", "$phone"],
    ["avatar", "$avatar"],
    ["country", "$country_code"],
    ["city", "$city"],
    ["state", "$region"],
    ["unsubscribed", "$unsubscribed"],
  ],
  groupNames: [],
  ip: ["request_ip"],
  innerTraits: {
    $country_code: ["address", "country"],
    $city: ["address", "city"],
    $region: ["address", "state"],
  },
  linksUsers: true,
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
 * The same, and profiles of users and groups beside events: as `segmentWithProfiles`, with these
 * differences, which are those of RudderStack's own destination.
 *
 * - Traits may be in `context`, too. `avatar` is `$avatar`, `city`, `state` and `country`, also of
 *   `address`, are `$city`, `$region` and `$country_code`, `unsubscribed` is `$unsubscribed`.
 *   `address` itself stays.
 * - `group` keeps the names of its traits, and adds the group to the property `groupKey` of the
 *   user, unless `linkUsers` is false. It adds (`$union`) where RudderStack sets: a user of two
 *   groups keeps both.
 *
 * Not verified: that Mixpanel takes a `$country_code` of other than two letters.
 *
 * @throws Error for options that cannot be meant so
 *
 * @example export const transform = rudderstackWithProfiles({ groupKey: "company_id" });
 */
export function rudderstackWithProfiles(options: CallProfileOptions = {}): Transform {
  return callsWithProfiles("rudderstackWithProfiles", RUDDERSTACK, options);
}

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/rudderstack.ts`.
 */
export const transform: Transform = rudderstack;
