import {
  checkChoice,
  checkedEntries,
  checkName,
  checkNamePatterns,
  checkNames,
  checkOptions,
  refuseArgument,
} from "./step-arguments.ts";

const OPTIONS = [
  ...["event", "time", "distinctId", "user", "device", "anonymous", "insertId"],
  ...["numbers", "booleans", "json", "drop", "rename"],
];
const LISTS = ["numbers", "booleans", "json"] as const;

/** Properties that `eventFromRow` sets itself. */
export const SET_BY_ROLE: Readonly<Record<string, string>> = {
  time: "time: { column: ... }",
  distinct_id: "distinctId",
  $user_id: "user",
  $device_id: "device",
  $insert_id: "insertId",
};

/** Options before they are checked. */
export type Given = Readonly<Record<string, unknown>>;

/** @throws Error when an option of `eventFromRow` cannot be meant so; types alone do not tell */
export function checkRowOptions(step: string, options: object, formats: readonly string[]): void {
  checkOptions(step, options, OPTIONS);
  const given = options as Given;
  checkEvent(step, given["event"]);
  checkTime(step, given["time"], formats);
  for (const name of ["distinctId", "user", "device"])
    if (given[name] !== undefined) checkName(step, name, given[name]);
  const { anonymous, insertId, drop } = given;
  if (anonymous !== undefined && typeof anonymous !== "boolean")
    refuseArgument(step, "anonymous", anonymous, "true or false");
  if (insertId !== undefined) checkInsertId(step, insertId);
  checkLists(step, given, LISTS);
  if (drop !== undefined) checkDrop(step, drop);
  if (given["rename"] !== undefined)
    checkRename(step, given["rename"], (name) =>
      Object.hasOwn(SET_BY_ROLE, name) ? SET_BY_ROLE[name] : undefined,
    );
}

function checkEvent(step: string, event: unknown): void {
  if (event === undefined || (typeof event === "string" && event.trim() !== "")) return;
  const allowed = 'a name, or an object such as { column: "event_name" }';
  checkMembers(step, "event", event, ["column"], allowed);
}

/** @throws Error unless it is left out, or names a column, and a format and zone as texts */
export function checkTime(step: string, time: unknown, formats: readonly string[]): void {
  if (time === undefined) return;
  const allowed = 'an object such as { column: "created_at", format: "iso8601", zone: "UTC" }';
  const { format, zone } = checkMembers(step, "time", time, ["column", "format", "zone"], allowed);
  if (format !== undefined) checkChoice(step, "time.format", format, formats);
  if (zone !== undefined) checkName(step, "time.zone", zone);
}

/** The members of an object that has a `column` and nothing unknown. */
function checkMembers(
  step: string,
  option: string,
  value: unknown,
  names: readonly string[],
  allowed: string,
): Given {
  const members = checkedEntries(step, option, value, allowed);
  const unknown = members.find(([name]) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `${step}: there is no option ${option}.${unknown[0]}; there is: ${names.join(", ")}.`,
    );
  const given: Given = Object.fromEntries(members);
  checkName(step, `${option}.column`, given["column"]);
  return given;
}

function checkInsertId(step: string, insertId: unknown): void {
  if (!Array.isArray(insertId)) {
    checkName(step, "insertId", insertId);
    return;
  }
  checkNames(step, "insertId", insertId);
  if (insertId.length === 0)
    refuseArgument(step, "insertId", insertId, "the name of a column, or a list of names");
}

/** @throws Error when one of these options is no list of names, or a column has two types */
export function checkLists(step: string, given: Given, lists: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const list of lists) {
    const names = given[list];
    if (names === undefined) continue;
    checkNames(step, list, names);
    for (const name of names as readonly string[]) {
      const other = seen.get(name);
      if (other !== undefined && other !== list)
        throw new Error(
          `${step}: ${JSON.stringify(name)} is in ${other} and in ${list}; a column has one type.`,
        );
      seen.set(name, list);
    }
  }
}

/** @throws Error unless it is a list of names and patterns */
export function checkDrop(step: string, drop: unknown): void {
  if (!Array.isArray(drop))
    refuseArgument(step, "drop", drop, "a list of texts and regular expressions");
  checkNamePatterns(`${step}: drop`, drop);
}

/**
 * @param roleOf the option that gives the property of this name; undefined where none does
 * @throws Error unless it is an object of names, of which none is another option's or there twice
 */
export function checkRename(
  step: string,
  rename: unknown,
  roleOf: (newName: string) => string | undefined,
): void {
  const taken = new Set<unknown>();
  for (const [name, newName] of checkedEntries(step, "rename", rename, "an object of names")) {
    checkName(step, `the new name of ${JSON.stringify(name)}`, newName);
    const role = roleOf(String(newName));
    if (role !== undefined)
      throw new Error(`${step}: ${String(newName)} is not given by rename but by ${role}.`);
    if (taken.has(newName))
      throw new Error(`${step}: two columns are renamed to ${JSON.stringify(newName)}.`);
    taken.add(newName);
  }
}
