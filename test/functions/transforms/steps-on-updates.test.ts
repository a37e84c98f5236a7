import assert from "node:assert/strict";
import { test } from "node:test";

import type { JsonRecord, Transform } from "../../../functions/event/transform-contract.ts";
import {
  dropEvents,
  dropProperties,
  hashProperties,
  keepEvents,
  pickProperties,
  renameProperties,
} from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

const USER: JsonRecord = {
  $distinct_id: "ada@example.com",
  $set: { email: "ada@example.com", plan: "pro" },
};
const GROUP: JsonRecord = {
  $group_key: "k",
  $group_id: "g",
  $union: { email: ["a"], users: ["u"] },
};
const DELETED: JsonRecord = { $distinct_id: "u", $delete: "" };
const SECRET = { hmacKey: "a secret of more than sixteen bytes" };

const CASES: readonly (readonly [string, Transform, JsonRecord, unknown])[] = [
  ["dropProperties", dropProperties("email"), USER, { ...USER, $set: { plan: "pro" } }],
  [
    "dropProperties, a group",
    dropProperties(/mail/),
    GROUP,
    { ...GROUP, $union: { users: ["u"] } },
  ],
  ["pickProperties", pickProperties("plan"), USER, { ...USER, $set: { plan: "pro" } }],
  [
    "renameProperties",
    renameProperties({ email: "$email" }),
    USER,
    { ...USER, $set: { $email: "ada@example.com", plan: "pro" } },
  ],
  ["dropEvents", dropEvents(/./), USER, USER],
  ["keepEvents", keepEvents("Order"), GROUP, GROUP],
  ["dropProperties, nothing to edit", dropProperties("email"), DELETED, DELETED],
];

for (const [name, step, update, expected] of CASES)
  test(`an update of a profile goes through ${name}`, () => {
    assert.deepEqual(apply(step, update), expected);
  });

test("hashProperties gives a profile the id that it gives the user's events", () => {
  const step = hashProperties(["distinct_id", "email"], SECRET);
  const event = apply(step, { event: "E", properties: { distinct_id: "ada@example.com" } });
  const update = apply(step, USER) as {
    $distinct_id: string;
    $set: { email: string; plan: string };
  };
  const { properties } = event as { properties: { distinct_id: string } };
  assert.equal(update.$distinct_id, properties.distinct_id);
  assert.match(update.$set.email, /^[0-9a-f]{64}$/);
  assert.equal(update.$set.plan, "pro");
});

test("a record that a step leaves alone stays the same", () => {
  assert.equal(apply(dropProperties("x"), USER), USER);
  assert.equal(apply(hashProperties(["x"], SECRET), USER), USER);
});
