import assert from "node:assert/strict";
import { test } from "node:test";

import {
  identity,
  type JsonRecord,
  type Transform,
} from "../../../functions/event/transform-contract.ts";
import { byObject, compose } from "../../../functions/transforms/steps.ts";
import { IN_MESSAGE, inObject, withProperties } from "./contexts.ts";

const label =
  (text: string): Transform =>
  (record) => ({
    ...record,
    labels: `${typeof record["labels"] === "string" ? record["labels"] : ""}${text}`,
  });
const twice: Transform = (record) => [
  { ...record, copy: 1 },
  { ...record, copy: 2 },
];

test("steps run in order, on every event that was made", () => {
  const dropFirst: Transform = (record) => (record["copy"] === 1 ? null : record);
  const made = compose(label("a"), twice, label("b"), dropFirst)({}, IN_MESSAGE);
  assert.deepEqual(made, [{ labels: "ab", copy: 2 }]);
});

test("several steps that make several events multiply", () => {
  const made = compose(twice, twice)({}, IN_MESSAGE);
  assert.deepEqual(made, [{ copy: 1 }, { copy: 2 }, { copy: 1 }, { copy: 2 }]);
});

test("null ends the steps for that record, and so does what no transform may return", () => {
  const never: Transform = () => {
    throw new Error("was called");
  };
  assert.equal(compose(() => null, never)({}, IN_MESSAGE), null);
  for (const wrong of [undefined, "text", 5])
    assert.equal(compose((() => wrong) as unknown as Transform, never)({}, IN_MESSAGE), wrong);
});

test("a forgotten return, or a hole, is not lost among several events", () => {
  const forgetful = ((record: JsonRecord) =>
    record["copy"] === 1 ? undefined : record) as Transform;
  assert.equal(compose(twice, forgetful)({}, IN_MESSAGE), undefined);
  const sparse = [{ copy: 1 }];
  sparse[2] = { copy: 3 };
  for (const last of [[], [label("a")], [twice]]) {
    const made = compose(() => sparse, ...last)({}, IN_MESSAGE);
    assert.ok(Array.isArray(made) && Array.from<unknown>(made).includes(undefined));
  }
});

test("no steps, or only identity, are identity itself, which costs nothing", () => {
  assert.equal(compose(), identity);
  assert.equal(compose(identity, identity), identity);
});

const ROUTES = [
  { object: "segment/2026/a.ndjson", expected: "s" },
  { object: "ga4/a.ndjson", expected: "g" },
  { object: "ga4/old/a.ndjson", expected: "other" },
  { object: ".hidden/a.ndjson", expected: "other" },
  { object: "segment.special", expected: "first" },
] as const;

for (const { object, expected } of ROUTES)
  test(`byObject gives ${object} the transform of the first pattern it matches`, () => {
    const routed = byObject(
      {
        "*.special": label("first"),
        "segment{/**,.*}": label("s"),
        "ga4/*": label("g"),
      },
      label("other"),
    );
    assert.deepEqual(routed(withProperties({}), inObject(object)), {
      ...withProperties({}),
      labels: expected,
    });
  });

test("byObject leaves messages and unmatched objects as they are by default", () => {
  const record = withProperties({});
  const routed = byObject({ "a/**": label("a") });
  assert.equal(routed(record, IN_MESSAGE), record);
  assert.equal(routed(record, inObject("b")), record);
});
