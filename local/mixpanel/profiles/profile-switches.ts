/**
 * Where public sources contradict each other, or say nothing, about /engage and /groups: as
 * `Switches`, of which these are part.
 */
export interface ProfileSwitches {
  /**
   * Response to more than 2000 updates: a status of HTTP, or `refuse`, 200 with status 0. The limit
   * is documented, the response is not. @default 413
   */
  readonly tooManyUpdates: 413 | "refuse";
  /**
   * A body in gzip, which is "not supported" (https://docs.mixpanel.com/reference/profile-set): 400
   * (inferred), or it is inflated all the same. @default 400
   */
  readonly gzipUpdates: 400 | "inflate";
  /** A body that is no JSON, or no array: 400, or 200 with status 0. Not known. @default 400 */
  readonly malformedUpdates: 400 | "refuse";
  /**
   * A batch with a bad update in it: the others are applied ("one or more objects provided are
   * valid", https://docs.mixpanel.com/reference/profile-set), or none is
   * (https://hexdocs.pm/analytics/Analytics.Mixpanel.People.html). @default "apply"
   */
  readonly partialUpdates: "apply" | "refuse-all";
  /** `status` of a strict response to a batch part of which was applied. Not known. @default 1 */
  readonly partialStatus: 1 | 0;
  /**
   * Keys of `errors` in a strict response: positions in the request, or ids of the profiles. Only
   * an empty `errors` was ever seen. @default "index"
   */
  readonly errorKey: "index" | "id";
  /** Values of `errors`: a text, or a list of texts. Not known. @default "text" */
  readonly errorValue: "text" | "list";
  /**
   * Several operators in one update: "Mixpanel does not take two", says an old client of Segment's
   * (https://github.com/segment-integrations/integration-mixpanel). @default "refuse"
   */
  readonly severalOperators: "refuse" | "apply";
  /**
   * An update with the `$time` of an earlier one of the same profile: the same client says that it
   * does not show up. @default "apply"
   */
  readonly sameTime: "apply" | "ignore";
  /**
   * Which of two updates counts as the later: the one that arrived later, or the one with the later
   * `$time` (https://hexdocs.pm/mixpanel_api_ex/0.8.1/Mixpanel.html). @default "arrival"
   */
  readonly updateOrder: "arrival" | "time";
  /** In which order the updates of one request are applied. Not known. @default "sent" */
  readonly batchOrder: "sent" | "reversed";
  /**
   * `ip=0` in the URL against an `$ip` in an update: it overrides it, as
   * https://docs.mixpanel.com/docs/tracking-best-practices/geolocation reads, or yields, as
   * Segment's client expects. @default "overrides"
   */
  readonly ipParameter: "overrides" | "yields";
  /** What `$remove` takes of a value that is in a list several times. Not known. @default "all" */
  readonly removeDuplicates: "all" | "first";
  /**
   * A list given to `$remove`: one element that is a list, or several. Not known. @default
   * "element"
   */
  readonly removeLists: "element" | "each";
  /**
   * `$add` and `$append` of a group, which are not supported
   * (https://docs.mixpanel.com/docs/data-structure/user-profiles): refused, or accepted without any
   * effect. @default "refuse"
   */
  readonly groupAdditions: "refuse" | "ignore";
  /**
   * A `$group_key` that the project does not have: accepted, and nowhere to be seen (inferred), or
   * refused. @default "accept"
   */
  readonly unknownGroupKey: "accept" | "refuse";
  /**
   * The update that would give a profile more than 2000 properties "fails"
   * (https://docs.mixpanel.com/reference/user-profile-limits); whether one is told is not known.
   * @default "ignore"
   */
  readonly propertyOverflow: "ignore" | "refuse";
}

export const DEFAULT_PROFILE_SWITCHES: ProfileSwitches = {
  tooManyUpdates: 413,
  gzipUpdates: 400,
  malformedUpdates: 400,
  partialUpdates: "apply",
  partialStatus: 1,
  errorKey: "index",
  errorValue: "text",
  severalOperators: "refuse",
  sameTime: "apply",
  updateOrder: "arrival",
  batchOrder: "sent",
  ipParameter: "overrides",
  removeDuplicates: "all",
  removeLists: "element",
  groupAdditions: "refuse",
  unknownGroupKey: "accept",
  propertyOverflow: "ignore",
};

/** What each may be. */
export const PROFILE_SWITCH_VALUES: Readonly<Record<keyof ProfileSwitches, readonly unknown[]>> = {
  tooManyUpdates: [413, "refuse"],
  gzipUpdates: [400, "inflate"],
  malformedUpdates: [400, "refuse"],
  partialUpdates: ["apply", "refuse-all"],
  partialStatus: [1, 0],
  errorKey: ["index", "id"],
  errorValue: ["text", "list"],
  severalOperators: ["refuse", "apply"],
  sameTime: ["apply", "ignore"],
  updateOrder: ["arrival", "time"],
  batchOrder: ["sent", "reversed"],
  ipParameter: ["overrides", "yields"],
  removeDuplicates: ["all", "first"],
  removeLists: ["element", "each"],
  groupAdditions: ["refuse", "ignore"],
  unknownGroupKey: ["accept", "refuse"],
  propertyOverflow: ["ignore", "refuse"],
};
