import { MAX_EVENT_BYTES, PLACEHOLDER_IDS } from "./limits.ts";
import type { Problem } from "./problem.ts";
import {
  OPERATORS,
  OPERATORS_WITHOUT_GROUPS,
  type Operator,
  type ProfileKind,
} from "./profile-update.ts";
import { isRecord, type JsonRecord } from "./transform-contract.ts";

/**
 * An update has to be smaller than 1 MB
 * (https://docs.mixpanel.com/reference/user-profile-limits); so much is left for what is added.
 */
export const MAX_UPDATE_BYTES = MAX_EVENT_BYTES - 256;

/** What the stack says of profiles. */
export interface ProfileRules {
  /** The operators that are sent. */
  readonly operators: ReadonlySet<Operator>;
  /** Whether a record with this `$token` is of the project that is imported into. */
  readonly isOwnToken: (token: string) => boolean;
}

/** An update that passed the checks. */
export interface CheckedUpdate {
  readonly kind: ProfileKind;
  readonly operator: Operator;
  /** Names the profile among those of its kind. */
  readonly id: string;
}

export type UpdateVerdict =
  | { readonly kind: "update"; readonly update: CheckedUpdate }
  | { readonly kind: "refused"; readonly problem: Problem };

/** The keys of what names a profile. */
export const IDS = ["$distinct_id", "$group_key", "$group_id"] as const;

/**
 * What a record says that it is, by the keys that are there, whatever their values: an event has
 * `event`, an update an operator or the id of a profile. Without any of them it is an event that
 * lacks its name.
 */
export function sortOf(record: JsonRecord): "event" | "update" | "both" {
  const hasOperator = OPERATORS.some((operator) => Object.hasOwn(record, operator));
  if (Object.hasOwn(record, "event")) return hasOperator ? "both" : "event";
  return hasOperator || IDS.some((id) => Object.hasOwn(record, id)) ? "update" : "event";
}

export const TWO_SORTS = invalid("", "an event and a profile update in one record");

/**
 * Checks an update, strictly: Mixpanel's profile endpoints accept or refuse a request as a whole,
 * and what they drop without a word cannot be found again.
 * https://docs.mixpanel.com/reference/profile-batch-update
 */
export function checkUpdate(record: JsonRecord, rules: ProfileRules): UpdateVerdict {
  const operators = OPERATORS.filter((operator) => Object.hasOwn(record, operator));
  const [operator] = operators;
  if (operator === undefined) return refused("", "no profile operator: it takes one, as $set");
  if (operators.length > 1) return refused("", "several profile operators: it takes one");
  const isGroup = Object.hasOwn(record, "$group_key") || Object.hasOwn(record, "$group_id");
  const kind = isGroup ? "groups" : "profiles";
  const problem =
    idProblem(record, kind) ??
    tokenProblem(record, rules) ??
    operatorProblem(operator, kind, rules) ??
    shapeProblem(operator, record[operator]);
  if (problem !== undefined) return { kind: "refused", problem };
  return { kind: "update", update: { kind, operator, id: profileIdIn(record) } };
}

/** Names the profile among those of its kind. */
export function profileIdIn(record: JsonRecord): string {
  return IDS.map((name) => textOf(record[name])).join("\0");
}

/** A number is the same id as its text. */
function textOf(id: unknown): string {
  return typeof id === "string" ? id : isNumber(id) ? String(id) : "";
}

function idProblem(record: JsonRecord, kind: ProfileKind): Problem | undefined {
  if (kind === "profiles") return nameProblem("$distinct_id", record["$distinct_id"]);
  // Mixpanel refuses a group with the id of a user:
  // https://github.com/mixpanel/mixpanel-swift/pull/539
  if (Object.hasOwn(record, "$distinct_id"))
    return invalid("$distinct_id", "the ids of a user and of a group in one record");
  const { $group_key: key } = record;
  if (key !== undefined && typeof key !== "string") return invalid("$group_key", "not a string");
  return nameProblem("$group_key", key) ?? nameProblem("$group_id", record["$group_id"]);
}

/** A placeholder would be one profile for all that have no id. */
function nameProblem(field: string, value: unknown): Problem | undefined {
  if (value === undefined) return invalid(field, "missing");
  const isId = typeof value === "string" || isNumber(value);
  if (!isId) return invalid(field, "not a string");
  // A number is the same id as its text.
  const id = String(value);
  if (id.trim() === "") return invalid(field, "blank");
  return PLACEHOLDER_IDS.has(id) ? invalid(field, "a placeholder value") : undefined;
}

/** Mixpanel writes a record into whatever project its token is of. */
function tokenProblem(record: JsonRecord, { isOwnToken }: ProfileRules): Problem | undefined {
  if (!Object.hasOwn(record, "$token")) return undefined;
  const { $token: token } = record;
  if (typeof token === "string" && isOwnToken(token)) return undefined;
  return invalid("$token", "of another project: leave it out");
}

function operatorProblem(
  operator: Operator,
  kind: ProfileKind,
  { operators }: ProfileRules,
): Problem | undefined {
  if (kind === "groups" && OPERATORS_WITHOUT_GROUPS.has(operator))
    return invalid(operator, "not for groups: use $set or $union");
  if (operators.has(operator)) return undefined;
  return invalid(operator, "not allowed: the setting profileOperators leaves it out");
}

/** https://docs.mixpanel.com/reference/profile-set, and the page of each other operator. */
function shapeProblem(operator: Operator, value: unknown): Problem | undefined {
  if (operator === "$delete") return undefined;
  if (operator === "$unset")
    return isListOf(value, (name) => typeof name === "string")
      ? undefined
      : invalid(operator, "not a list of names");
  if (!isRecord(value)) return invalid(operator, "not an object");
  const values = Object.values(value);
  if (operator === "$add" && !values.every(isNumber)) return invalid(operator, "not numbers");
  if (operator === "$union" && !values.every((list) => isListOf(list, () => true)))
    return invalid(operator, "not lists of values");
  return undefined;
}

/** Whether it is a list, not empty, of nothing else. */
function isListOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isElement);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function refused(field: string, error: string): UpdateVerdict {
  return { kind: "refused", problem: invalid(field, error) };
}

function invalid(field: string, error: string): Problem {
  return { reason: "invalid", field, error };
}
