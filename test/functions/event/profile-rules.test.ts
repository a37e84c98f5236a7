import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { checkUpdate, sortOf, type ProfileRules } from "../../../functions/event/profile-rules.ts";
import { DEFAULT_OPERATORS, OPERATORS } from "../../../functions/event/profile-update.ts";
import type { JsonRecord } from "../../../functions/event/transform-contract.ts";

const RULES: ProfileRules = {
  operators: new Set(OPERATORS),
  isOwnToken: (token) => token === "own",
};
const USER = { $distinct_id: "u1" };
const GROUP = { $group_key: "company", $group_id: "acme" };
const SET = { $set: { a: 1 } };

/** What is said of a record: `profiles`, `groups`, or the field and the error. */
function verdictOn(record: JsonRecord, rules = RULES): string {
  const verdict = checkUpdate(record, rules);
  if (verdict.kind === "update") return verdict.update.kind;
  const { reason, field, error } = verdict.problem;
  assert.equal(reason, "invalid");
  return `${field}: ${error}`;
}

describe("what a record is", () => {
  const sorts: readonly [string, JsonRecord, ReturnType<typeof sortOf>][] = [
    ["an event", { event: "e", properties: {} }, "event"],
    ["an event of identity", { event: "$identify", properties: {} }, "event"],
    ["an event with ids of profiles", { event: "e", ...USER, $group_id: "g" }, "event"],
    ["an event of no name", { event: null }, "event"],
    ["nothing known", { user: 1 }, "event"],
    ["an event and an update", { event: "e", ...USER, ...SET }, "both"],
    ["an operator whose value is nothing", { event: "e", $delete: null }, "both"],
    ["an update", { ...USER, ...SET }, "update"],
    ["an update without an id", SET, "update"],
    ["an id without an operator", USER, "update"],
    ["half a group", { $group_key: "k" }, "update"],
  ];
  for (const [name, record, sort] of sorts)
    it(`is told by its keys: ${name}`, () => {
      assert.equal(sortOf(record), sort);
    });
});

describe("an update", () => {
  const LIST = { l: ["a"] };
  const accepted: readonly [JsonRecord, string][] = [
    [{ ...USER, ...SET }, "profiles"],
    [{ ...GROUP, ...SET }, "groups"],
    [{ $distinct_id: 17, $set: {} }, "profiles"],
    [{ ...USER, ...SET, $token: "own" }, "profiles"],
    [
      { ...USER, ...SET, $ip: "1.2.3.4", $time: 1, $ignore_time: true, $device_id: "d" },
      "profiles",
    ],
    [{ ...USER, $set_once: { a: [1] } }, "profiles"],
    [{ ...USER, $add: { a: -1, b: 10n } }, "profiles"],
    [{ ...USER, $append: { a: ["x"] } }, "profiles"],
    [{ ...USER, $union: LIST }, "profiles"],
    [{ ...GROUP, $union: LIST }, "groups"],
    [{ ...USER, $remove: { l: "a" } }, "profiles"],
    [{ ...GROUP, $unset: ["a"] }, "groups"],
    ...[null, "", "x", []].map((value): [JsonRecord, string] => [
      { ...USER, $delete: value },
      "profiles",
    ]),
  ];
  for (const [record, kind] of accepted)
    it(`is accepted: ${describeRecord(record)}`, () => {
      assert.equal(verdictOn(record), kind);
    });

  const refused: readonly [JsonRecord, string][] = [
    [USER, ": no profile operator: it takes one, as $set"],
    [{ ...USER, $increment: { a: 1 } }, ": no profile operator: it takes one, as $set"],
    [{ ...USER, ...SET, $add: { a: 1 } }, ": several profile operators: it takes one"],
    [SET, "$distinct_id: missing"],
    [{ $distinct_id: "", ...SET }, "$distinct_id: blank"],
    [{ $distinct_id: " ", ...SET }, "$distinct_id: blank"],
    [{ $distinct_id: 0, ...SET }, "$distinct_id: a placeholder value"],
    [{ ...GROUP, $group_id: 0, ...SET }, "$group_id: a placeholder value"],
    [{ $distinct_id: null, ...SET }, "$distinct_id: not a string"],
    [{ $distinct_id: "undefined", ...SET }, "$distinct_id: a placeholder value"],
    [{ ...GROUP, ...USER, ...SET }, "$distinct_id: the ids of a user and of a group in one record"],
    [{ $group_key: "company", ...SET }, "$group_id: missing"],
    [{ $group_id: "acme", ...SET }, "$group_key: missing"],
    [{ $group_key: 1, $group_id: "acme", ...SET }, "$group_key: not a string"],
    [{ ...GROUP, $group_id: "", ...SET }, "$group_id: blank"],
    [{ ...USER, ...SET, $token: "other" }, "$token: of another project: leave it out"],
    [{ ...USER, ...SET, $token: null }, "$token: of another project: leave it out"],
    [{ ...GROUP, $add: { a: 1 } }, "$add: not for groups: use $set or $union"],
    [{ ...GROUP, $append: { a: 1 } }, "$append: not for groups: use $set or $union"],
    [{ ...USER, $set: [] }, "$set: not an object"],
    [{ ...USER, $set: null }, "$set: not an object"],
    [{ ...USER, $add: { a: "x" } }, "$add: not numbers"],
    [{ ...USER, $union: { l: "a" } }, "$union: not lists of values"],
    [{ ...USER, $union: { l: [] } }, "$union: not lists of values"],
    [{ ...USER, $unset: [] }, "$unset: not a list of names"],
    [{ ...USER, $unset: [1] }, "$unset: not a list of names"],
    [{ ...USER, $unset: { a: 1 } }, "$unset: not a list of names"],
  ];
  for (const [record, text] of refused)
    it(`is refused: ${describeRecord(record)}`, () => {
      assert.equal(verdictOn(record), text);
    });

  it("with an operator that the stack does not allow is refused, and it says which setting", () => {
    const rules = { ...RULES, operators: new Set(DEFAULT_OPERATORS) };
    for (const operator of ["$add", "$append", "$unset", "$delete"])
      assert.equal(
        verdictOn({ ...USER, [operator]: {} }, rules),
        `${operator}: not allowed: the setting profileOperators leaves it out`,
      );
  });
});

function describeRecord(record: JsonRecord): string {
  return JSON.stringify(record, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}
