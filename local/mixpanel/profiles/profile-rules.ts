import type { Rule } from "../rules.ts";

const BATCH_PAGE = "https://docs.mixpanel.com/reference/profile-batch-update";
const LIMITS_PAGE = "https://docs.mixpanel.com/reference/user-profile-limits";
const PROFILES_PAGE = "https://docs.mixpanel.com/docs/data-structure/user-profiles";
const RUDDER = "https://github.com/rudderlabs/rudder-transformer/pull/5060";
const W6W = "https://github.com/w6w-io/w6w-apps (apps/mixpanel)";
const SEGMENT = "https://github.com/segment-integrations/integration-mixpanel";
const SWIFT = "https://github.com/mixpanel/mixpanel-swift/pull/539";
const HERE = "a fault that was set here";

/** Every reason for refusing one update of a profile, with how well it is known. */
export const PROFILE_RULES = {
  "update-not-object": rule("inferred", "inferred", BATCH_PAGE, "an update must be an object"),
  "update-token-missing": rule("observed", "observed", W6W, "`$token` must be a text, not empty"),
  "update-distinct-id-missing": rule(
    "observed",
    "observed",
    RUDDER,
    "`$distinct_id` must be there and not empty",
  ),
  "update-group-missing": rule(
    "documented",
    "inferred",
    "https://docs.mixpanel.com/reference/group-set-property",
    "`$group_key` and `$group_id` must be there and not empty",
  ),
  "update-distinct-id-of-group": rule(
    "observed",
    "inferred",
    SWIFT,
    "an update of a group must not have a `$distinct_id`",
  ),
  "update-operator-missing": rule(
    "observed",
    "inferred",
    "https://github.com/jazzband/django-mixpanel-celery (pull request 22)",
    "an update must have an operator, such as `$set`",
  ),
  "update-operators-several": rule(
    "code",
    "inferred",
    SEGMENT,
    "an update may have one operator only",
  ),
  "update-operator-of-group": rule(
    "documented",
    "inferred",
    PROFILES_PAGE,
    "`$add` and `$append` are not supported for groups",
  ),
  "update-operand-invalid": rule(
    "documented",
    "inferred",
    BATCH_PAGE,
    "what an operator is given must have its shape, such as an object for `$set`",
  ),
  "update-too-large": rule(
    "documented",
    "inferred",
    LIMITS_PAGE,
    "an update may have 1 MB at most",
  ),
  "update-value-too-large": rule(
    "documented",
    "inferred",
    "https://docs.mixpanel.com/docs/data-structure/property-reference/data-type",
    "a list or an object may have 256 KB at most",
  ),
  "update-properties-too-many": rule(
    "documented",
    "inferred",
    LIMITS_PAGE,
    "a profile may have 2000 properties at most",
  ),
  "update-group-key-unknown": rule(
    "inferred",
    "inferred",
    "https://docs.mixpanel.com/docs/data-structure/group-analytics",
    "`$group_key` must be one of the project's",
  ),
  "update-batch-refused": rule(
    "code",
    "inferred",
    "https://hexdocs.pm/analytics/Analytics.Mixpanel.People.html",
    "another update of the same request is bad",
  ),
  "update-by-fault": rule("inferred", "inferred", HERE, "a fault refuses it"),
} as const satisfies Readonly<Record<string, Rule>>;

export type ProfileRuleName = keyof typeof PROFILE_RULES;

/** Why one update is refused, in the words of Mixpanel's response. */
export interface ProfileRefusal {
  readonly rule: ProfileRuleName;
  /** "" where it is none in particular. */
  readonly field: string;
  readonly message: string;
}

function rule(
  evidence: Rule["evidence"],
  wording: Rule["wording"],
  source: string,
  meaning: string,
): Rule {
  return { evidence, wording, source, meaning };
}
