import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { parseExactJson, stringifyExactJson } from "../../../functions/event/exact-json.ts";
import type { Json, JsonRecord } from "../../../functions/event/transform-contract.ts";
import { parseJsonIn } from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

test("text becomes the JSON it holds, wherever the field is", () => {
  const text = '{"time":1795000000,"n":12345678901234567890}';
  const parsed = { time: 1795000000, n: 12345678901234567890n };
  assert.deepEqual(apply(parseJsonIn("properties"), { event: "E", properties: text }), {
    event: "E",
    properties: parsed,
  });
  assert.deepEqual(apply(parseJsonIn("a"), { event: "E", properties: { a: text, b: 1 } }), {
    event: "E",
    properties: { a: parsed, b: 1 },
  });
  assert.deepEqual(apply(parseJsonIn(["x", "y"]), { x: { y: "[1]", z: 2 } }), {
    x: { y: [1], z: 2 },
  });
});

test("a member of the record comes before a property of its name", () => {
  const record = { a: "[1]", properties: { a: "[2]" } };
  assert.deepEqual(apply(parseJsonIn("a"), record), { a: [1], properties: { a: "[2]" } });
});

test("a field that is absent, blank or no text stays, and so does the record", () => {
  const records: readonly JsonRecord[] = [
    {},
    { a: "" },
    { a: " " },
    { a: 1 },
    { a: null },
    { a: [] },
  ];
  for (const record of records) assert.equal(apply(parseJsonIn("a"), record), record);
});

test("text that is not JSON is an error that does not show it", () => {
  for (const a of ["secret", "{'secret':1}", '{"secret":NaN}', '{"secret":1'])
    assert.throws(() => apply(parseJsonIn("a"), { a }), { message: "a: text that is not JSON" });
});

test("numbers stay exact, and keys what they are", () => {
  const value = fc.dictionary(
    fc.oneof(fc.string(), fc.constant("__proto__")),
    fc.oneof(fc.bigInt(), fc.string(), fc.jsonValue()),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(value, (object) => {
      const text = stringifyExactJson(object);
      const made = apply(parseJsonIn("a"), { a: text }) as { a: Json };
      assert.deepEqual(made.a, parseExactJson(text, true));
      assert.equal(stringifyExactJson(made.a as JsonRecord), text);
    }),
  );
});
