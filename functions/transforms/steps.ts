/**
 * The steps a transform is composed of, in one place to import them from. A step is a transform: a
 * function that gets a record and returns an event, several, or `null`.
 *
 * @example
 * import { compose, dropEvents, dropProperties } from "./functions/transforms/steps.ts";
 * export const transform = compose(dropEvents("Heartbeat"), dropProperties("email"));
 */
export { identity } from "../event/transform-contract.ts";
export type { Json, JsonRecord, Transform, TransformContext } from "../event/transform-contract.ts";
export { addProperties } from "./add-properties.ts";
export { allowProperties } from "./allow-properties.ts";
export { byObject } from "./by-object.ts";
export { capProperties } from "./cap-properties.ts";
export { compose } from "./compose.ts";
export { distinctIdFrom } from "./distinct-id-from.ts";
export { dropIdentifyingValues } from "./drop-identifying-values.ts";
export { dropProperties } from "./drop-properties.ts";
export { each } from "./each.ts";
export { emptyPlaceholderIds } from "./empty-placeholder-ids.ts";
export { eventFromRow } from "./event-from-row.ts";
export { flattenProperties } from "./flatten-properties.ts";
export { hashProperties } from "./hash-properties.ts";
export { dropEvents, keepEvents } from "./keep-events.ts";
export { parseJsonIn } from "./parse-json-in.ts";
export { pickProperties } from "./pick-properties.ts";
export { profileFromRow } from "./profile-from-row.ts";
export type { RowOperator } from "./profile-names.ts";
export type { ProfileRowOptions } from "./profile-row-options.ts";
export { renameProperties } from "./rename-properties.ts";
export { restampRecent } from "./restamp-recent.ts";
export { sampleUsers } from "./sample-users.ts";
export type { RowOptions, TimeColumn } from "./row-options.ts";
export { timeFrom } from "./time-from.ts";
export { unwrap } from "./unwrap.ts";
