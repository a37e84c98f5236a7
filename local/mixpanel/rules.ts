/**
 * How well a rule is known: `documented` by Mixpanel, `observed` in a real response, taken from a
 * client's `code`, or `inferred` by us.
 */
export type Evidence = "documented" | "observed" | "code" | "inferred";

/** One reason for which the simulator refuses an event. */
export interface Rule {
  /** That such an event is refused. */
  readonly evidence: Evidence;
  /** That it is refused in these words. */
  readonly wording: Evidence;
  readonly source: string;
  /** For people: what is wrong and what is right. */
  readonly meaning: string;
}

const IMPORT_PAGE = "https://docs.mixpanel.com/reference/import-events";
const ERROR_PAGE = "https://docs.mixpanel.com/troubleshooting/errors/400-bad-request";
const KRENALIS = "https://github.com/krenalis/krenalis (connectors/mixpanel/bad_request_test.go)";
const SEGMENT =
  "https://github.com/segmentio/action-destinations (mixpanel trackEvent end-to-end fixtures)";
const MIXPANEL_IMPORT = "https://github.com/ak--47/mixpanel-import (components/validators.js)";
const MIXPANEL_GO = "https://github.com/mixpanel/mixpanel-go (ingestion tests)";
const UTILS_40 = "https://github.com/mixpanel/mixpanel-utils/issues/40";

const rule = (evidence: Evidence, wording: Evidence, source: string, meaning: string): Rule => ({
  evidence,
  wording,
  source,
  meaning,
});

/** Every reason for refusing one event of a strict request, with how well it is known. */
export const RULES = {
  malformed: rule("documented", "inferred", IMPORT_PAGE, "the line is not valid JSON"),
  "event-missing": rule(
    "documented",
    "code",
    MIXPANEL_GO,
    "`event` must be a text that is not blank",
  ),
  "properties-missing": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "`properties` must be an object",
  ),
  "time-missing": rule("documented", "observed", KRENALIS, "`time` must be there"),
  "time-not-epoch": rule(
    "documented",
    "documented",
    ERROR_PAGE,
    "`time` must be seconds or milliseconds since 1970",
  ),
  "time-too-old": rule("documented", "inferred", IMPORT_PAGE, "`time` must not be before 1971"),
  "time-in-future": rule(
    "documented",
    "observed",
    SEGMENT,
    "`time` must not be more than an hour ahead of Mixpanel's clock",
  ),
  "distinct-id-missing": rule(
    "observed",
    "observed",
    MIXPANEL_IMPORT,
    "`distinct_id` must be there in a project with original identity merge; it may be empty",
  ),
  "distinct-id-placeholder": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "`distinct_id` must not be a placeholder such as `null`, `0` or `anonymous`",
  ),
  "insert-id-missing": rule("documented", "inferred", IMPORT_PAGE, "`$insert_id` must be there"),
  "insert-id-characters": rule(
    "documented",
    "observed",
    UTILS_40,
    "`$insert_id` may hold letters, digits and hyphens only",
  ),
  "insert-id-too-long": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "`$insert_id` may be 36 bytes long at most",
  ),
  "insert-id-placeholder": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "`$insert_id` must not be a placeholder such as `null` or `0`",
  ),
  "text-not-utf8": rule("documented", "documented", ERROR_PAGE, "texts must be valid UTF-8"),
  "too-many-properties": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "an event may have 254 properties at most",
  ),
  "too-many-keys": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "a nested object may have 254 keys at most",
  ),
  "too-deep": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "values may be nested 3 levels deep at most",
  ),
  "array-too-long": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "an array may have 254 elements at most",
  ),
  "event-too-large": rule(
    "documented",
    "inferred",
    IMPORT_PAGE,
    "an event must be smaller than 1 MB",
  ),
  "token-missing": rule(
    "observed",
    "observed",
    "https://github.com/agileseason/agileseason-v1/issues/530",
    "`token` must be in the properties of an event for /track",
  ),
  "tracked-too-old": rule(
    "documented",
    "inferred",
    "https://docs.mixpanel.com/reference/track-event",
    "/track drops events of more than 5 days ago, and does not say so",
  ),
  "identity-event": rule(
    "observed",
    "observed",
    "https://github.com/ak--47/mixpanel-import (probe findings of 2026-08-16)",
    "identity events are refused, with their whole batch, in a project with simplified identities",
  ),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleName = keyof typeof RULES;

/** Why one event is refused, in the words of Mixpanel's response. */
export interface Refusal {
  readonly rule: RuleName;
  /** "" where the response names none. */
  readonly field: string;
  readonly message: string;
}
