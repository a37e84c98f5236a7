import { OPERATORS_WITHOUT_GROUPS, type Operator } from "../event/profile-update.ts";
import { TIME_FORMATS } from "./parse-time.ts";
import { BESIDE_OPERATOR, MADE_BY_MIXPANEL, ROW_OPERATORS } from "./profile-names.ts";
import { checkDrop, checkLists, checkRename, checkTime, type Given } from "./row-option-checks.ts";
import { checkChoice, checkName, checkNames, checkOptions, checkSome } from "./step-arguments.ts";

const OPTIONS = [
  ...["distinctId", "groupKey", "groupId", "operator", "columns", "numbers", "booleans"],
  ...["dates", "zone", "json", "time", "drop", "rename"],
];
const NAMES = ["distinctId", "groupKey", "groupId", "zone"];
const LISTS = ["numbers", "booleans", "dates", "json"];

/** @throws Error when an option of `profileFromRow` cannot be meant so; types alone do not tell */
export function checkProfileRowOptions(step: string, options: object): void {
  checkOptions(step, options, OPTIONS);
  const given = options as Given;
  for (const name of NAMES) if (given[name] !== undefined) checkName(step, name, given[name]);
  const { operator, columns, drop, rename } = given;
  if (operator !== undefined) checkChoice(step, "operator", operator, ROW_OPERATORS);
  checkKind(step, given);
  if (columns !== undefined) checkColumns(step, columns);
  checkLists(step, given, LISTS);
  if (given["zone"] !== undefined && given["dates"] === undefined)
    throw new Error(
      `${step}: zone is that of dates, and there are none; time has a zone of its own.`,
    );
  checkTime(step, given["time"], TIME_FORMATS);
  if (drop !== undefined) checkDrop(step, drop);
  if (rename !== undefined) checkRename(step, rename, roleOfProfileName);
}

function checkColumns(step: string, columns: unknown): void {
  checkNames(step, "columns", columns);
  checkSome(step, "column in columns", columns as readonly string[]);
}

/** A row is of a user or of a group. */
function checkKind(step: string, { distinctId, groupKey, groupId, operator }: Given): void {
  if (distinctId !== undefined && groupKey !== undefined)
    throw new Error(`${step}: distinctId is of a user and groupKey of a group; it takes one.`);
  if (groupId !== undefined && groupKey === undefined)
    throw new Error(`${step}: groupId takes groupKey, the key in Mixpanel's project settings.`);
  if (groupKey !== undefined && OPERATORS_WITHOUT_GROUPS.has(operator as Operator))
    throw new Error(`${step}: ${String(operator)} is not for groups: use $set or $union.`);
}

const ROLES: Readonly<Record<string, string>> = {
  $distinct_id: "distinctId",
  $group_key: "groupKey",
  $group_id: "groupId",
  $time: "time: { column: ... }",
};

/** What gives a member of an update that is no property. */
export function roleOfProfileName(name: string): string | undefined {
  if (Object.hasOwn(ROLES, name)) return ROLES[name];
  if (MADE_BY_MIXPANEL.has(name)) return "Mixpanel itself";
  return BESIDE_OPERATOR.has(name) ? "the import" : undefined;
}
