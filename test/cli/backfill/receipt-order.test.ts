import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { compareNames, createReceiptOrder } from "../../../cli/backfill/receipt-order.ts";

/** Names that begin with one another, with what comes before and behind a slash. */
const names = fc.uniqueArray(
  fc.oneof(
    fc.string({
      unit: fc.constantFrom("a", "b", "/", "-", ".", "0", "1", "7", "9", "é", "😀", "￰"),
    }),
    fc.string({ unit: "binary" }),
  ),
);

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

test("names are compared as Cloud Storage orders them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
      assert.equal(Math.sign(compareNames(one, other)), byBytes(one, other));
    }),
  );
});

test("objects come in the order of their receipts, however pages are cut", () => {
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 5 }), (unsorted, pageSize) => {
      const objects = unsorted
        .sort(byBytes)
        .map((name, index) => ({ name, key: `${name}/${17 + index}.json`, value: index }));
      const order = createReceiptOrder<number>();
      const ordered: string[] = [];
      for (let start = 0; start < objects.length; start += pageSize)
        for (const { key } of order.add(objects.slice(start, start + pageSize))) ordered.push(key);
      for (const { key } of order.end()) ordered.push(key);
      assert.deepEqual(ordered, objects.map(({ key }) => key).sort(byBytes));
    }),
  );
});

test("what waits is only what the last name begins with", () => {
  const order = createReceiptOrder<undefined>();
  const keyed = (name: string) => ({ name, key: `${name}/5.json`, value: undefined });
  const passed = order.add(["a", "a-1", "a-2", "a-2-x", "a-3"].map(keyed));
  assert.deepEqual(
    passed.map(({ name }) => name),
    ["a-1", "a-2-x", "a-2"],
  );
  assert.deepEqual(
    order.end().map(({ name }) => name),
    ["a-3", "a"],
  );
});
