import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import type { JsonRecord } from "../../../functions/event/transform-contract.ts";
import { compose, each, parseJsonIn } from "../../../functions/transforms/steps.ts";
import { apply } from "./contexts.ts";

const BATCH = { sent: 5, user: "u", events: [{ event: "A" }, { event: "B", user: "v" }] };

test("each element is a record of its own", () => {
  assert.deepEqual(apply(each("events"), BATCH), BATCH.events);
  assert.deepEqual(apply(each(["a", "b"]), { a: { b: [{ c: 1 }] } }), [{ c: 1 }]);
  const ofProperty = { event: "Order", properties: { items: [{ id: 1 }] } };
  assert.deepEqual(apply(each("items"), ofProperty), [{ id: 1 }]);
});

test("each gets the members around it that are kept, but for its own", () => {
  assert.deepEqual(apply(each("events", { keep: ["user", "absent"] }), BATCH), [
    { user: "u", event: "A" },
    { user: "v", event: "B" },
  ]);
});

test("a list in text is parsed first", () => {
  const step = compose(parseJsonIn("events"), each("events"));
  assert.deepEqual(apply(step, { events: '[{"n":12345678901234567890}]' }), [
    { n: 12345678901234567890n },
  ]);
});

test("there are as many records as elements, and through compose as many results", () => {
  const element = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => value as JsonRecord);
  const step = compose(each("list"), (record) => [record, record]);
  fc.assert(
    fc.property(fc.array(element), (list) => {
      const records = apply(each("list"), { list });
      assert.ok(Array.isArray(records));
      assert.equal(records.length, list.length);
      assert.equal((apply(step, { list }) as readonly unknown[]).length, 2 * list.length);
    }),
  );
});

const REFUSED: readonly (readonly [JsonRecord, string])[] = [
  [{ event: "E", b: 1 }, 'events: missing; the record has: "event", "b"'],
  [{}, "events: missing; the record has: nothing"],
  [{ events: { a: 1 } }, "events: not a list"],
  [{ events: null }, "events: not a list"],
  [{ events: [{}, 7] }, "events[1]: not an object"],
  [{ events: [[]] }, "events[0]: not an object"],
];

for (const [record, message] of REFUSED)
  test(`each refuses: ${message}`, () => {
    assert.throws(() => apply(each("events"), record), { message });
  });
