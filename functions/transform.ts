import { identity } from "./event/transform-contract.ts";

/**
 * The one file to edit: what becomes of a record before it is sent to Mixpanel.
 *
 * Return the event, several events, or `null` to leave the record out. A thrown error sends that
 * record, and only that one, to the dead-letter topic; so does a forgotten `return`. `identity`
 * sends every record as it is. Steps to compose are in transforms/steps.ts, ready transforms in
 * transforms/recipes/.
 *
 * @example
 * import { compose, dropEvents, timeFrom } from "./transforms/steps.ts";
 * export const transform = compose(dropEvents("Heartbeat"), timeFrom("created_at", "iso8601"));
 */
export const transform = identity;
