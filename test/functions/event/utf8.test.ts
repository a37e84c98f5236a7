import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { cutToBytes } from "../../../functions/event/utf8.ts";

describe("cutToBytes", () => {
  it("gives the longest prefix of whole characters that fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(40), (text, bytes) => {
        const cut = cutToBytes(text, bytes);
        assert.ok(text.startsWith(cut));
        assert.ok(Buffer.byteLength(cut) <= bytes);
        const [next] = text.slice(cut.length);
        assert.ok(next === undefined || Buffer.byteLength(cut + next) > bytes);
      }),
    );
  });

  it("splits no character", () => {
    for (const [text, bytes, expected] of [
      ["aé", 2, "a"],
      ["aé", 3, "aé"],
      ["🙂b", 3, ""],
      ["日本", 5, "日"],
      ["abc", 0, ""],
    ] as const)
      assert.equal(cutToBytes(text, bytes), expected);
  });
});
