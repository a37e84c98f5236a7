import assert from "node:assert/strict";
import { test } from "node:test";

import { compose, parseJsonIn, unwrap } from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

const EVENT = { event: "E", properties: { time: 1 } };

test("what is in the field takes the record's place", () => {
  const record = { severity: "INFO", jsonPayload: EVENT };
  assert.equal(apply(unwrap("jsonPayload"), record), EVENT);
  assert.equal(apply(unwrap(["a", "b"]), { a: { b: EVENT } }), EVENT);
  assert.equal(apply(unwrap("inner"), { event: "x", properties: { inner: EVENT } }), EVENT);
});

test("text is parsed first", () => {
  const step = compose(parseJsonIn("data"), unwrap("data"));
  assert.deepEqual(apply(step, { data: JSON.stringify(EVENT) }), EVENT);
});

test("a field that is missing or no object is an error that does not show values", () => {
  const missing = 'jsonPayload: missing; the record has: "textPayload"';
  assert.throws(() => apply(unwrap("jsonPayload"), { textPayload: "secret" }), {
    message: missing,
  });
  for (const value of ["secret", 7, null, [EVENT]])
    assert.throws(() => apply(unwrap("a"), { a: value }), { message: "a: not an object" });
});
