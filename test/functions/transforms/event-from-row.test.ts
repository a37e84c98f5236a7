import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { JsonRecord } from "../../../functions/event/transform-contract.ts";
import { eventFromRow, type RowOptions } from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

interface Case {
  readonly name: string;
  readonly options?: RowOptions;
  readonly row: JsonRecord;
  readonly expected: JsonRecord;
  readonly event?: string;
}

const USUAL = { event: "E", time: "1795000000", distinct_id: "u" };
const IDS = { distinct_id: "u", time: 1795000000 };
const AT = Date.parse("2026-01-31T22:59:59Z");

const CASES: readonly Case[] = [
  {
    name: "without options the columns of the usual names",
    row: { ...USUAL, $insert_id: "i-1", plan: "pro" },
    expected: { plan: "pro", ...IDS, $insert_id: "i-1" },
  },
  {
    name: "the other usual names, and JSON in properties, of which a column wins",
    row: {
      event_name: "E",
      timestamp: "2026-01-31 22:59:59 UTC",
      distinct_id: 7n,
      insert_id: "i-2",
      properties: '{"n":12345678901234567890,"plan":"free"}',
      plan: "pro",
    },
    expected: {
      plan: "pro",
      n: 12345678901234567890n,
      distinct_id: "7",
      time: AT,
      $insert_id: "i-2",
    },
  },
  {
    name: "time and ids out of the JSON in properties",
    row: { event: "E", properties: '{"time":1795000000,"distinct_id":"u","a":[1]}' },
    expected: { a: [1], ...IDS },
  },
  {
    name: "its own columns rather than what is in the JSON of the same meaning",
    row: {
      event_name: "E",
      timestamp: 1795000000,
      distinct_id: "u",
      properties: { event: "x", time: "noon", distinct_id: "y", $insert_id: "z", plan: "pro" },
    },
    expected: { event: "x", plan: "pro", ...IDS, $insert_id: "z" },
  },
  {
    name: "NULL and empty cells become no property, 0 and false do",
    row: { ...USUAL, a: null, b: "", c: 0, d: false, insert_id: "" },
    expected: { c: 0, d: false, ...IDS },
  },
  {
    name: "every role by its column",
    options: {
      event: { column: "action" },
      time: { column: "at", format: "iso8601", zone: "Europe/Vienna" },
      user: "uid",
      device: "anon",
      insertId: "order",
      numbers: ["amount", "big", "ratio"],
      booleans: ["trial"],
      json: ["details", "tags"],
      drop: ["_synced", /^__/],
      rename: { url: "$current_url" },
    },
    row: {
      action: "E",
      at: "2026-01-31 23:59:59",
      uid: "u",
      anon: "d",
      order: "o-1",
      amount: " 12.50 ",
      big: "9007199254740993",
      ratio: "-.5e1",
      trial: "Yes",
      details: '{"color":"red"}',
      tags: '["a","b"]',
      url: "https://example.com/",
      zip: "01234",
      _synced: "x",
      __row: "1",
    },
    expected: {
      order: "o-1",
      amount: 12.5,
      big: 9007199254740993n,
      ratio: -5,
      trial: true,
      tags: ["a", "b"],
      $current_url: "https://example.com/",
      zip: "01234",
      color: "red",
      distinct_id: "u",
      $user_id: "u",
      $device_id: "d",
      time: AT,
      $insert_id: "o-1",
    },
  },
  {
    name: "a name for all rows",
    options: { event: "Purchase" },
    row: { time: 1795000000, distinct_id: "u", event_name: "x" },
    event: "Purchase",
    expected: { event_name: "x", ...IDS },
  },
  {
    name: "a row without a user, by its device",
    options: { user: "uid", device: "anon" },
    row: { event: "E", time: 1795000000, uid: null, anon: "d" },
    expected: { distinct_id: "$device:d", $device_id: "d", time: 1795000000 },
  },
  {
    name: "placeholders are no ids",
    options: { distinctId: "uid" },
    row: { event: "E", time: 1795000000, uid: "NULL" },
    expected: { distinct_id: "", time: 1795000000 },
  },
  {
    name: "a row without any id, where that may be",
    options: { user: "uid", anonymous: true },
    row: { event: "E", time: 1795000000 },
    expected: { distinct_id: "", time: 1795000000 },
  },
];

describe("eventFromRow reads", () => {
  for (const { name, options, row, event = "E", expected } of CASES)
    test(name, () => {
      assert.deepEqual(apply(eventFromRow(options), row), { event, properties: expected });
    });
});

test("what is an event already stays the record that it was", () => {
  const event = { event: "E", properties: { time: 1, a: "" } };
  assert.equal(apply(eventFromRow({ distinctId: "x" }), event), event);
});

test("a time that is text in an event is read, and told when it cannot be", () => {
  const withTime = (time: string) => ({ event: "E", properties: { time, a: "" } });
  const read = (time: string) =>
    apply(eventFromRow({ time: { column: "x", format: "seconds" } }), withTime(time));
  assert.deepEqual(read("2026-01-31 22:59:59 UTC"), {
    event: "E",
    properties: { time: AT, a: "" },
  });
  assert.deepEqual(read("1.795E9"), { event: "E", properties: { time: 1795000000, a: "" } });
  assert.throws(() => read("noon"), { message: "properties.time: not an ISO 8601 time" });
});

describe("insertId of several columns", () => {
  const idOf = (row: JsonRecord) => {
    const made = apply(eventFromRow({ insertId: ["a", "b"] }), { ...USUAL, ...row });
    return (made as { properties: JsonRecord }).properties["$insert_id"];
  };
  test("is the same for the same values, as number and as text", () => {
    assert.equal(idOf({ a: "1", b: 2 }), idOf({ b: "2", a: 1n }));
    const id = idOf({ a: "1", b: 2 });
    assert.ok(typeof id === "string" && /^[0-9a-f]{36}$/.test(id));
  });
  test("keeps apart what only looks the same when joined", () => {
    assert.notEqual(idOf({ a: "x", b: "yz" }), idOf({ a: "xy", b: "z" }));
    assert.notEqual(idOf({ a: "x" }), idOf({ b: "x" }));
  });
  test("is left to the import when all are empty", () => {
    assert.equal(idOf({ a: "", b: null }), undefined);
    assert.equal(idOf({}), undefined);
  });
});

const REFUSED: readonly (readonly [string, RowOptions, JsonRecord, string])[] = [
  ["no event", {}, { a: 1, b: 2 }, 'no column event or event_name; the row has: "a", "b"'],
  ["nothing at all", {}, {}, "no column event or event_name; the row has no columns"],
  ["an empty event", {}, { ...USUAL, event: "" }, "event: empty"],
  [
    "no time",
    { time: { column: "at" } },
    USUAL,
    'no column at; the row has: "event", "time", "distinct_id"',
  ],
  [
    "a time without a zone",
    {},
    { ...USUAL, time: "2026-01-31 23:59:59" },
    "time: a time without a zone, and no zone was given",
  ],
  ["a time in words", {}, { ...USUAL, time: "noon" }, "time: not an ISO 8601 time"],
  [
    "no id",
    { user: "uid", device: "anon" },
    { event: "E", time: 1 },
    'no column uid or anon; the row has: "event", "time". Where rows may lack it, anonymous: true makes them events without a user',
  ],
  [
    "an id of members",
    {},
    { ...USUAL, distinct_id: { a: 1 } },
    "distinct_id: neither a text nor a number",
  ],
  ["a number that is none", { numbers: ["n"] }, { ...USUAL, n: "1,5" }, "n: not a number"],
  [
    "a boolean that is none",
    { booleans: ["b"] },
    { ...USUAL, b: "maybe" },
    "b: not a boolean such as true, f, yes or 0",
  ],
  ["JSON that is none", { json: ["j"] }, { ...USUAL, j: "{a:1}" }, "j: text that is not JSON"],
  [
    "a column's name for a name",
    { event: "time" },
    USUAL,
    '"time" is a column; its values are meant with event: { column: "time" }',
  ],
  [
    "a second time",
    { time: { column: "at" } },
    { ...USUAL, at: 1795000000 },
    "time: time is made of another column; drop or rename this one, or name it as time: { column: ... }",
  ],
  [
    "two of one name",
    { rename: { a: "b" } },
    { ...USUAL, a: 1, b: 2 },
    'b: two columns would be the property "b"',
  ],
];

describe("eventFromRow refuses", () => {
  for (const [name, options, row, message] of REFUSED)
    test(name, () => {
      assert.throws(
        () => apply(eventFromRow(options), row),
        (error: Error) => error.message === message,
      );
    });
});

test("an error lists so many columns that it can be read", () => {
  const row = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`c${index}`, 1]));
  assert.throws(
    () => apply(eventFromRow(), row),
    (error: Error) => error.message.endsWith('"c39" and 2960 more'),
  );
});
