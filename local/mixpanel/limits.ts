/** https://docs.mixpanel.com/reference/import-events: "maximum of 2000 events per request". */
export const MAX_EVENTS_PER_REQUEST = 2000;

/**
 * Uncompressed bytes of a request.
 * https://docs.mixpanel.com/troubleshooting/errors/413-payload-too-large says "10 MB"; that it is
 * meant in units of 1,048,576 is inferred from the old limit, which was exactly 2 of them.
 */
export const MAX_REQUEST_BYTES = 10_485_760;

/** The limit before 2025, which Mixpanel's guides and its OpenAPI example still show. */
export const LEGACY_MAX_REQUEST_BYTES = 2_097_152;

/**
 * An event must be "smaller than 1 MB" (https://docs.mixpanel.com/reference/import-events). The
 * unit is not stated; the larger reading is taken, as for the request.
 */
export const MAX_EVENT_BYTES = 1_048_576;

/**
 * "Fewer than 255" properties in an event, keys in a nested object, elements in an array (same
 * page).
 */
export const MAX_PROPERTIES = 254;
export const MAX_NESTED_KEYS = 254;
export const MAX_ARRAY_ELEMENTS = 254;

/** "Max nesting depth is 3" (same page). Which level counts as the first is not stated. */
export const MAX_NESTING_DEPTH = 3;

/**
 * Longer text values and names are cut, not refused
 * (https://docs.mixpanel.com/docs/data-structure/events-and-properties).
 */
export const MAX_TEXT_LENGTH = 255;

/** https://docs.mixpanel.com/reference/import-events, "$insert_id". */
export const MAX_INSERT_ID_BYTES = 36;

/**
 * Updates in a request to /engage or /groups
 * (https://docs.mixpanel.com/reference/user-profile-limits).
 */
export const MAX_UPDATES_PER_REQUEST = 2000;

/** Of one update: "1 MB" (same page), in the larger reading, as for an event. */
export const MAX_UPDATE_BYTES = 1_048_576;

/** Properties of a profile (same page). */
export const MAX_PROFILE_PROPERTIES = 2000;

/**
 * A list or an object in a profile: "256 KB"
 * (https://docs.mixpanel.com/docs/data-structure/property-reference/data-type), in the larger
 * reading.
 */
export const MAX_PROFILE_VALUE_BYTES = 262_144;

/**
 * https://docs.mixpanel.com/docs/tracking-best-practices/hot-shard-limits: per distinct_id and day.
 */
export const HOT_SHARD_EVENTS = 200_000;

/**
 * Per project: https://docs.mixpanel.com/troubleshooting/errors/429-rate-limit-exceeded. Whether 2
 * GB means 10^9 or 2^30 is not stated; the smaller reading is taken, since a client has to live
 * with either.
 */
export const MAX_EVENTS_PER_SECOND = 30_000;
export const MAX_BYTES_PER_MINUTE = 2_000_000_000;

/**
 * Earliest `time`: 1971-01-01, in milliseconds (https://docs.mixpanel.com/reference/import-events).
 */
export const EARLIEST_TIME_MS = 31_536_000_000;

/**
 * Up to here a `time` ahead of the server's clock is rewritten to now; beyond it is refused (same
 * page).
 */
export const MAX_TIME_AHEAD_MS = 3_600_000;

/**
 * Of a lookup table: uncompressed bytes, calls in 24 hours, and rows that a refusal lists
 * (https://docs.mixpanel.com/reference/replace-lookup-table).
 */
export const MAX_TABLE_BYTES = 100_000_000;
export const MAX_TABLE_CALLS = 100;
export const MAX_FAILED_ROWS = 10;

/**
 * /track drops what is older: "Last 5 days only" (https://docs.mixpanel.com/reference/track-event).
 */
export const MAX_TRACKED_AGE_MS = 5 * 86_400_000;

/** Project secrets stop working (https://docs.mixpanel.com/reference/project-secret). */
export const PROJECT_SECRETS_END_MS = Date.UTC(2027, 2, 3);
