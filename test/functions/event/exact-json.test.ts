import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  hasLongInteger,
  parseExactJson,
  stringifyExactJson,
} from "../../../functions/event/exact-json.ts";

/** As the bytes of a record are parsed, which have neighbours. */
function parse(text: string) {
  const bytes = Buffer.from(`{"a":1}\n${text}\n{"a":2}`);
  const end = bytes.length - 8;
  assert.equal(bytes.toString("utf8", 8, end), text);
  return parseExactJson(text, hasLongInteger(bytes, 8, end));
}

describe("exact JSON", () => {
  it("reads integers that a number cannot hold as bigint", () => {
    assert.deepEqual(
      parse("[9007199254740991,9007199254740993,-9007199254740993,1e30,0.1234567890123456789]"),
      [9007199254740991, 9007199254740993n, -9007199254740993n, 1e30, 0.12345678901234568],
    );
  });

  it("leaves digits in texts and keys alone", () => {
    const text = '{"9007199254740993":"9007199254740993"}';
    assert.deepEqual(parse(text), JSON.parse(text));
  });

  it("gives back every integer, wherever it is", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), (integer) => {
        const text = `{"a":[{"b":${integer}}],"c":{"d":${integer}}}`;
        assert.equal(stringifyExactJson(parse(text) as Record<string, never>), text);
      }),
    );
  });

  it("reads everything else as it was written", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        // What JSON.parse would have to give back: it may give wrong keys (escaped-keys.ts).
        const text = JSON.stringify({ values, long: "1234567890123456" });
        assert.equal(stringifyExactJson(parse(text) as Record<string, never>), text);
      }),
    );
  });

  it("throws on what is no JSON, and on a cycle", () => {
    const cyclic: Record<string, never> = {};
    Object.assign(cyclic, { self: cyclic, big: 1n });
    assert.throws(() => parse("{"), SyntaxError);
    assert.throws(() => parse("{1234567890123456}"), SyntaxError);
    assert.throws(() => stringifyExactJson(cyclic), TypeError);
  });
});
