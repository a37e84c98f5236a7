/** Most events in one request. https://docs.mixpanel.com/reference/import-events, "Limits" */
export const MAX_EVENTS_PER_REQUEST = 2000;

/**
 * An event must be smaller than 1 MB of uncompressed JSON.
 * https://docs.mixpanel.com/reference/import-events
 */
export const MAX_EVENT_BYTES = 1_000_000;

/** `$insert_id` has at most so many bytes. https://docs.mixpanel.com/reference/import-events */
export const MAX_INSERT_ID_BYTES = 36;

/**
 * `$insert_id` is letters, digits and hyphens. https://docs.mixpanel.com/reference/import-events
 */
export const INSERT_ID = new RegExp(`^[A-Za-z0-9-]{1,${MAX_INSERT_ID_BYTES}}$`);

/**
 * Mixpanel takes `time` in seconds or milliseconds since the epoch. From here on a number is
 * milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
 * https://docs.mixpanel.com/reference/import-events
 */
export const FIRST_MILLISECONDS = 1e11;

/**
 * Mixpanel refuses what is more than an hour ahead of its clock; the second hour is for a wrong
 * clock here.
 */
export const MAX_SECONDS_AHEAD = 2 * 60 * 60;

/**
 * Values that Mixpanel refuses as `distinct_id` and as `$insert_id`: what programs write when they
 * have no id. https://docs.mixpanel.com/reference/import-events, "Validation"
 */
export const PLACEHOLDER_IDS: ReadonlySet<string> = new Set([
  "00000000-0000-0000-0000-000000000000",
  "anon",
  "anonymous",
  "nil",
  "none",
  "null",
  "n/a",
  "na",
  "undefined",
  "unknown",
  "<nil>",
  "0",
  "-1",
  "true",
  "false",
  "[]",
  "{}",
]);

/**
 * Events that merge users. A project with Simplified ID Merge refuses the whole request that holds
 * one, so they travel in requests of their own.
 * https://docs.mixpanel.com/docs/tracking-methods/id-management
 */
export const IDENTITY_EVENTS: ReadonlySet<string> = new Set([
  "$identify",
  "$create_alias",
  "$merge",
]);
