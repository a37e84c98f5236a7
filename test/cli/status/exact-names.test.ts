import assert from "node:assert/strict";
import { test } from "node:test";

import { parseTarget } from "../../../cli/backfill/target.ts";
import { letterMatcher } from "../../../cli/replay/letter-filter.ts";
import { exactSource, exactTarget } from "../../../cli/status/exact-names.ts";

const NAMES = [
  "a.ndjson",
  "a[1].ndjson",
  "a*b?.x",
  "{x}/(y)!@+|",
  "it's #1%20",
  "a\\b",
  'a"b',
  '"*"?',
  "./*",
  "a\\*",
  "a\nb",
  "[x]\ny",
  "o",
  "o#",
  "o#5",
  "ü 🙂 \u202e",
];

test("a copied command means one file, whatever its name is", () => {
  for (const name of NAMES) {
    const isMeant = letterMatcher({ sources: [exactSource(`gs://b/${name}`)] });
    const isOf = (object: string): boolean =>
      isMeant({
        ...{ ackId: "1", messageId: "1", publishTime: "", data: Buffer.from("{}") },
        attributes: { version: "1", reason: "invalid", source: `gs://b/${object}#7` },
      });
    assert.ok(isOf(name), name);
    assert.ok(!isOf(`${name}x`), name);
    for (const other of [`${name}#5`, `${name}#`, `${name}#5#6`]) assert.ok(!isOf(other), other);

    const { bucket, prefix, matches } = parseTarget(exactTarget("b", name));
    assert.equal(bucket, "b");
    assert.ok(name.startsWith(prefix) && matches(name), name);
  }
  const isOfObjects = letterMatcher({ sources: [exactSource("projects/p/subscriptions/s")] });
  for (const [subscription, expected] of [
    ["projects/p/subscriptions/s", true],
    ["projects/p/subscriptions/s2", false],
  ] as const) {
    const attributes = { version: "1", reason: "invalid", source: subscription };
    const letter = { ackId: "1", messageId: "1", publishTime: "", data: Buffer.from("{}") };
    assert.equal(isOfObjects({ ...letter, attributes }), expected, subscription);
  }
  assert.ok(!parseTarget(exactTarget("b", "a[1]")).matches("a1"));
});
