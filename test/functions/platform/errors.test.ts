import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { messageOf } from "../../../functions/platform/errors.ts";

describe("the message of what was thrown", () => {
  for (const [name, thrown, expected] of [
    ["an error", new Error("no\n plan"), "no plan"],
    ["a text", "text", "text"],
    ["nothing", undefined, "undefined"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a long text", "x".repeat(400), "x".repeat(300)],
    ["a text that ends its 300 in an emoji", `${"x".repeat(299)}🙂`, "x".repeat(299)],
    ["a text whose emoji fits", `${"x".repeat(298)}🙂y`, `${"x".repeat(298)}🙂`],
    ["a text with half an emoji", new Error("a\ud83d b\ude42"), "a\ufffd b\ufffd"],
  ] as const)
    it(`of ${name} is well formed and short`, () => {
      assert.equal(messageOf(thrown), expected);
      assert.ok(messageOf(thrown).isWellFormed());
    });
});
