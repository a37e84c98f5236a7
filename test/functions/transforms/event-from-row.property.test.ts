import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import type { Json, JsonRecord } from "../../../functions/event/transform-contract.ts";
import { eventFromRow } from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

const ROLES = { event: "E", time: 1795000000, distinct_id: "u" };
const SET = ["event", "event_name", "time", "timestamp", "properties"];
const IDS = ["distinct_id", "$user_id", "$device_id", "$insert_id", "insert_id"];

const column = fc
  .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "toString", "url", "plan"))
  .filter((name) => ![...SET, ...IDS].includes(name));
const cell = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom<Json>(null, "", 12345678901234567890n, ["a"], { b: 1 }),
);
const cells = fc
  .dictionary(column, cell, { noNullPrototype: true })
  .map((row) => row as JsonRecord);

test("no column gets lost that is neither dropped nor another thing, and no value is changed", () => {
  fc.assert(
    fc.property(cells, fc.array(column.filter(Boolean)), (row, drop) => {
      const made = apply(eventFromRow({ drop }), { ...ROLES, ...row });
      const { properties } = made as { properties: JsonRecord };
      const kept = Object.entries(row).filter(
        ([name, value]) => value !== null && value !== "" && !drop.includes(name),
      );
      assert.deepEqual(
        new Map(Object.entries(properties)),
        new Map<string, Json | undefined>([...kept, ["distinct_id", "u"], ["time", 1795000000]]),
      );
    }),
  );
});

test("the order of the columns does not matter to the event", () => {
  fc.assert(
    fc.property(cells, (row) => {
      const entries = Object.entries<Json | undefined>({ ...ROLES, order: "o", ...row });
      const step = eventFromRow({ insertId: ["order", "plan"] });
      assert.deepEqual(
        apply(step, Object.fromEntries(entries.toReversed())),
        apply(step, Object.fromEntries(entries)),
      );
    }),
  );
});
