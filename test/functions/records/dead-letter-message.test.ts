import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";

import { toDeadLetters, type DeadLetterOrigin } from "../../../functions/records/dead-letter.ts";
import { MAX_ENCODED_BYTES, type OutgoingMessage } from "../../../functions/google/publisher.ts";

/**
 * As many and as awkward attributes as a message may have: in JSON a control character takes six
 * bytes.
 */
const ORIGIN: DeadLetterOrigin = {
  source: "projects/p/subscriptions/events",
  attributes: { messageId: "1", publishTime: "2026-01-01T00:00:00.000Z" },
  original: Object.fromEntries(
    Array.from({ length: 100 }, (_value, index) => [
      `${index}${"\u0001".repeat(200)}`,
      "\u0001".repeat(1024),
    ]),
  ),
  hasLines: false,
  replays: 0,
};

function lettersOf(sizes: readonly number[], contents: "bytes" | "reference" = "bytes") {
  const problem = { reason: "transform-failed", field: "", error: "x" } as const;
  const records = sizes.map((size, index) => ({
    problem,
    bytes: Buffer.alloc(size, `${index},\n`),
    line: index + 1,
  }));
  return { records, letters: toDeadLetters(records, ORIGIN, contents) };
}

function encodedBytes({ data, attributes }: OutgoingMessage): number {
  const message = { data: data.toString("base64"), attributes };
  return Buffer.byteLength(JSON.stringify({ messages: [message] }));
}

describe("the dead letter of a large record of a message", () => {
  for (const size of [6_000_001, 7_000_000, 10_000_000, 12_000_000])
    it(`comes in parts that fit a publish request, and can be put together: ${size} bytes`, () => {
      const { records, letters } = lettersOf([size]);
      assert.equal(letters.length, Math.ceil(size / 6_000_000));
      for (const [index, letter] of letters.entries()) {
        assert.ok(encodedBytes(letter) <= MAX_ENCODED_BYTES);
        assert.ok(Object.keys(letter.attributes).length <= 100);
        const { part, parts, bytes, records: count } = letter.attributes;
        assert.deepEqual(
          [part, parts, bytes, count],
          [String(index + 1), String(letters.length), String(size), index === 0 ? "1" : "0"],
        );
      }
      const whole = Buffer.concat(letters.map(({ data }) => data));
      assert.ok(records[0]?.bytes.equals(whole));
      assert.equal(letters[1]?.attributes["sha256"], hash("sha256", whole, "hex"));
    });

  it("tells the parts of one from those of another of the same size", () => {
    const { letters } = lettersOf([7_000_000, 7_000_000]);
    assert.equal(letters.length, 4);
    assert.equal(new Set(letters.map(({ attributes }) => attributes["sha256"])).size, 2);
  });

  it("is one message as long as it fits", () => {
    const { letters } = lettersOf([6_000_000, 5]);
    assert.equal(letters.length, 2);
    for (const letter of letters) {
      assert.ok(encodedBytes(letter) <= MAX_ENCODED_BYTES);
      assert.equal(letter.attributes["parts"], undefined);
    }
  });

  it("has no parts when only its place is wanted", () => {
    const { letters } = lettersOf([10_000_000], "reference");
    assert.deepEqual(
      letters.map(({ data, attributes }) => [data.length, attributes["parts"]]),
      [[0, undefined]],
    );
  });
});
