import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { JsonRecord } from "../../../functions/event/transform-contract.ts";
import { profileFromRow, type ProfileRowOptions } from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

interface Case {
  readonly name: string;
  readonly options?: ProfileRowOptions;
  readonly row: JsonRecord;
  readonly expected: JsonRecord | null;
}

const CASES: readonly Case[] = [
  {
    name: "without options the column of the usual name",
    row: { distinct_id: "u", $email: "a@example.com", plan: "pro" },
    expected: { $distinct_id: "u", $set: { $email: "a@example.com", plan: "pro" } },
  },
  {
    name: "the other usual name, and JSON in properties, of which a column wins",
    row: { $distinct_id: 7n, properties: '{"n":12345678901234567890,"plan":"free"}', plan: "pro" },
    expected: { $distinct_id: "7", $set: { plan: "pro", n: 12345678901234567890n } },
  },
  {
    name: "NULL and empty cells change nothing, 0 and false do",
    row: { distinct_id: "u", a: null, b: "", c: 0, d: false },
    expected: { $distinct_id: "u", $set: { c: 0, d: false } },
  },
  {
    name: "a row without anything to set is left out",
    row: { distinct_id: "u", a: null, b: "" },
    expected: null,
  },
  {
    name: "every role by its column",
    options: {
      distinctId: "uid",
      operator: "$set_once",
      numbers: ["age"],
      booleans: ["trial"],
      dates: ["signed_up", "born", "seen", "seen_ms"],
      zone: "Europe/Vienna",
      json: ["address", "tags"],
      time: { column: "updated_at", format: "iso8601", zone: "UTC" },
      drop: ["_synced", /^__/],
      rename: { email: "$email", signed_up: "$created" },
    },
    row: {
      uid: 42,
      email: "a@example.com",
      age: "36",
      trial: "Yes",
      signed_up: "2026-01-31 23:59:59.123",
      born: "1989-12-31",
      seen: "1769904000",
      seen_ms: 1769904000999,
      address: '{"city":"Wien"}',
      tags: '["a","b"]',
      updated_at: "2026-02-01 00:00:00",
      zip: "01234",
      _synced: "x",
      __row: "1",
    },
    expected: {
      $distinct_id: "42",
      $time: 1769904000000,
      $set_once: {
        $email: "a@example.com",
        age: 36,
        trial: true,
        $created: "2026-01-31T22:59:59",
        born: "1989-12-31",
        seen: "2026-02-01T00:00:00",
        seen_ms: "2026-02-01T00:00:00",
        tags: ["a", "b"],
        zip: "01234",
        city: "Wien",
      },
    },
  },
  {
    name: "only the columns that are told, also out of JSON",
    options: { columns: ["plan", "n"] },
    row: { distinct_id: "u", plan: "pro", other: 1, properties: { n: 1, m: 2 } },
    expected: { $distinct_id: "u", $set: { plan: "pro", n: 1 } },
  },
  {
    name: "a group, by the column that is called as its key",
    options: { groupKey: "company_id" },
    row: { company_id: "acme", name: "Acme", distinct_id: "u" },
    expected: {
      $group_key: "company_id",
      $group_id: "acme",
      $set: { name: "Acme", distinct_id: "u" },
    },
  },
  {
    name: "a group, by its column",
    options: { groupKey: "company_id", groupId: "id", operator: "$union" },
    row: { id: 7, users: ["u1", "u2"], tag: "new", none: [] },
    expected: {
      $group_key: "company_id",
      $group_id: "7",
      $union: { users: ["u1", "u2"], tag: ["new"] },
    },
  },
  {
    name: "what Mixpanel makes itself is left out",
    row: { $distinct_id: "u", $last_seen: "2026-01-01T00:00:00", $mp_first_event_time: "x", a: 1 },
    expected: { $distinct_id: "u", $set: { a: 1 } },
  },
  {
    name: "no $time where the cell is empty",
    options: { time: { column: "at" } },
    row: { distinct_id: "u", at: "", a: 1 },
    expected: { $distinct_id: "u", $set: { a: 1 } },
  },
  {
    name: "nested values as they are",
    row: { distinct_id: "u", address: { city: "Wien", geo: { lat: 48.2 } } },
    expected: { $distinct_id: "u", $set: { address: { city: "Wien", geo: { lat: 48.2 } } } },
  },
];

describe("profileFromRow reads", () => {
  for (const { name, options, row, expected } of CASES)
    test(name, () => {
      assert.deepEqual(apply(profileFromRow(options), row), expected);
    });
});

test("a member called __proto__ is a property like any other", () => {
  const row = JSON.parse('{"distinct_id":"u","__proto__":1}') as JsonRecord;
  const made = apply(profileFromRow(), row) as { $set: object };
  assert.deepEqual(Object.entries(made.$set), [["__proto__", 1]]);
});

test("what is an update already stays the record that it was", () => {
  for (const update of [
    { $distinct_id: "u", $set: { a: "" } },
    { $group_key: "k", $group_id: "g", $delete: null },
  ])
    assert.equal(apply(profileFromRow({ distinctId: "x" }), update), update);
});

const REFUSED: readonly (readonly [string, ProfileRowOptions, JsonRecord, string])[] = [
  ["no id", {}, { a: 1 }, 'no column $distinct_id or distinct_id; the row has: "a"'],
  ["no id of a group", { groupKey: "k" }, { a: 1 }, 'no column $group_id or k; the row has: "a"'],
  ["an empty id", {}, { distinct_id: "", a: 1 }, "distinct_id: empty"],
  [
    "a placeholder, in any case",
    { distinctId: "uid" },
    { uid: "NULL", a: 1 },
    "uid: a placeholder, not an id",
  ],
  ["a boolean for an id", {}, { distinct_id: true, a: 1 }, "distinct_id: a placeholder, not an id"],
  ["an id of members", {}, { distinct_id: { a: 1 } }, "distinct_id: neither a text nor a number"],
  ["a number that is none", { numbers: ["n"] }, { distinct_id: "u", n: "1,5" }, "n: not a number"],
  [
    "a date without a zone",
    { dates: ["at"] },
    { distinct_id: "u", at: "2026-01-31 23:59:59" },
    "at: a time without a zone, and no zone was given",
  ],
  [
    "a date that does not exist",
    { dates: ["at"] },
    { distinct_id: "u", at: "2026-02-31" },
    "at: a date or time that does not exist",
  ],
  [
    "a day without hyphens",
    { dates: ["at"] },
    { distinct_id: "u", at: "20260131" },
    "at: a day without hyphens, or seconds of 1970",
  ],
  [
    "a date in words",
    { dates: ["at"] },
    { distinct_id: "u", at: "noon" },
    "at: not an ISO 8601 time",
  ],
  [
    "a date after the year 9999",
    { dates: ["at"] },
    { distinct_id: "u", at: 1e17 },
    "at: a date or time that does not exist",
  ],
  [
    "what stands beside an operator",
    {},
    { distinct_id: "u", $token: "t" },
    "$token: $token is no property of a profile; drop or rename this column",
  ],
  [
    "two of one name",
    { rename: { a: "b" } },
    { distinct_id: "u", a: 1, b: 2 },
    'b: two columns would be the property "b"',
  ],
];

describe("profileFromRow refuses", () => {
  for (const [name, options, row, message] of REFUSED)
    test(name, () => {
      assert.throws(
        () => apply(profileFromRow(options), row),
        (error: Error) => error.message === message,
      );
    });
});
