import type { Transform } from "../../event/transform-contract.ts";
import { CONTEXT, callsWithProfiles, type CallVendor, eventOfCall } from "../customer-calls.ts";
import type { CallProfileOptions, ProfileVendor } from "../customer-profiles.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";

const CREATED = [
  ["created", "$created"],
  ["createdAt", "$created"],
  ["created_at", "$created"],
] as const;

/**
 * Names as Segment's own destination gives them:
 * https://github.com/segmentio/action-destinations/tree/main/packages/destination-actions/src/destinations/mixpanel
 */
const SEGMENT: CallVendor & ProfileVendor = {
  ...{ name: "Segment", paths: CONTEXT, times: ["timestamp"] },
  traits: [["traits"]],
  userNames: [
    ...CREATED,
    ...([
      ["email", "$email"],
      ["firstName", "$first_name"],
      ["lastName", "$last_name"],
      ["name", "$name"],
      ["username", "$username"],
      ["phone", "$phone"],
    ] as const),
  ],
  groupNames: [...CREATED, ["name", "$name"]],
  ip: ["context", "ip"],
  innerTraits: {},
  linksUsers: false,
};

/**
 * Segment's calls, as its storage destinations and webhooks write them, one JSON object a line.
 *
 * - `track` becomes its event; `page` and `screen` become "Viewed <name> Page" and "Viewed <name>
 *   Screen".
 * - `identify` becomes the event "Identify" with both ids and no traits: with Simplified ID Merge
 *   an event that carries `$device_id` and `$user_id` joins the two. Traits belong to profiles:
 *   `segmentWithProfiles`.
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
 * The same, and profiles of users and groups beside events.
 *
 * - `identify` sets the traits as properties of the user's profile, under `userId`, or else
 *   `$device:` and `anonymousId`, which Mixpanel does not carry over to the user; under neither:
 *   only the event. `email` is `$email`, `firstName` `$first_name`, `lastName` `$last_name`, `name`
 *   `$name` (or both names), `username` `$username`, `phone` `$phone`, `created`, `createdAt` or
 *   `created_at` `$created`, in UTC as Mixpanel takes dates. All others keep their names; of those
 *   that mean something else to Mixpanel `$last_seen` is `segment_last_seen`.
 * - `group` sets its traits as properties of the group `groupKey`, whose id is the trait of that
 *   name, or else `groupId`. Without `groupKey` it is left out: Mixpanel accepts a key that the
 *   project does not have, and shows nothing.
 * - null and "" change nothing, and a call without traits changes no profile. No `$time` is sent:
 *   updates count in their order.
 *
 * https://docs.mixpanel.com/docs/tracking-methods/integrations/segment and
 * https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified
 *
 * @throws Error for options that cannot be meant so
 *
 * @example export const transform = segmentWithProfiles({ groupKey: "company_id" });
 */
export function segmentWithProfiles(options: CallProfileOptions = {}): Transform {
  return callsWithProfiles("segmentWithProfiles", SEGMENT, options);
}

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/segment.ts`.
 */
export const transform: Transform = segment;
