import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { eventWith, parses, scan } from "./scanned.ts";

/** Whether an event is taken that has `value` somewhere; it has to be the same wherever it is. */
function isTaken(value: string): boolean {
  const events = [
    eventWith(`"a":${value}`),
    eventWith(`"a":${value} ,"b":[ ${value}]`),
    eventWith(`"a":{"":${value}},"b":[1,${value},{}],"c":{"c":1,"d":${value},"e":[]}`),
    `{"a":${value},${eventWith("").slice(1)}`,
    `${eventWith("").slice(0, -1)},"a":[${value}]}`,
  ];
  const taken = new Set(events.map((event) => scan(event) !== undefined));
  assert.equal(taken.size, 1, `${value} is taken in some places only`);
  return taken.has(true);
}

/**
 * Texts are looked at sixteen bytes at a time: something in them is at each place of two such
 * steps.
 */
const PLACES = Array.from({ length: 33 }, (_, place) => "x".repeat(place));

/** Values that differ in little, so that it is certain what each is refused for. */
const VALUES = [
  ...["0", "-0", "7", "-12", "0.0", "1.25", "-0.5"],
  ...["1e5", "1E5", "1e+5", "1E-05", "0e0", "1.5e007"],
  ...["12345678901234567890", "1e999", "1234567890123456789.5", "0.1", "10"],
  ...["true", "false", "null", "{}", "[]", "[[]]", "[{}]", '{"a":{}}', '""', '"a"', "[1, 2]"],
  ...["[ ]", "{ }", "[\t1 ,\r2 ]", '{ "a" :\t1 , "a":2 }', '{"\\u0061":1}', '"\\\\"', '"\u007f"'],
  ...['"\\u00e9\\uD83D\\ude00"', '"\\ud800"', '"é日本🙂"', '"\\""', '"\\u0022"', '"//"', '"{[]}"'],
];
const NO_VALUES = [
  ...["-", "+1", "00", "01", "-01", "-00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1E-", "1e5.5"],
  ...["0x10", "1_0", "1a", "--1", "1-", "1+1", "1..5", "1.5.", "0e", "e5", "NaN", "Infinity", "1n"],
  ...["tru", "xrue", "False", "xalse", "truE", "True", "truee", "nul"],
  ...["nulll", "NULL", "fals", "falsey", "fxlse", "f", "n"],
  ...["a", "undefined", "'a'", '"', '"a', 'a"', '"a"b', '"a""b"', '"a" "b"', "1 2", "/**/1"],
  ...["[", "]", "[1", "1]", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[1;2]", "[}", "[1}", "[:]"],
  ...["{", "}", "{1}", "{,}", '{"a"}', '{"a":}', '{"a":1,}', '{,"a":1}', '{"a" 1}', '{"a"::1}'],
  ...['{"a":1 "b":2}', '{"a":1;"b":2}', "{a:1}", "{'a':1}"],
  ...['{"a":1]', "{1:1}", '{"a","b"}', "{[]}"],
  ...['{"a":1,"b"}', "{null:1}", '{"a\\x":1}', '"\\"', '"\\\\""'],
  ...["\v1", "\f1", "\u00a01", "\ufeff1"],
];

describe("the scan of an event that is not valid JSON", () => {
  it("takes each kind of value, and nothing that resembles one", () => {
    for (const value of VALUES)
      assert.deepEqual([value, parses(value), isTaken(value)], [value, true, true]);
    for (const value of NO_VALUES)
      assert.deepEqual([value, parses(value), isTaken(value)], [value, false, false]);
  });

  it("takes no control character, and no quote, in a text", () => {
    for (const before of PLACES)
      for (let byte = 0; byte < 0x80; byte++) {
        const text = `"${before}${String.fromCharCode(byte)}x"`;
        // A backslash makes an unknown escape of the x.
        assert.equal(scan(eventWith(`"a":${text}`)) !== undefined, parses(text), text);
      }
    for (const control of ["\0", "\t", "\n", "\u001f"])
      assert.equal(scan(eventWith(`"a${control}":1`)), undefined);
  });

  it("takes the escapes that there are", () => {
    for (let byte = 0; byte < 0x80; byte++) {
      const text = `"\\${String.fromCharCode(byte)}"`;
      assert.equal(isTaken(text), parses(text), text);
    }
    for (let digits = 0; digits <= 4; digits++)
      for (const behind of ["", "x", "\\n", "\u00e9"]) {
        const text = `"\\u${"0".repeat(digits)}${behind}"`;
        assert.equal(isTaken(text), digits === 4, text);
      }
    for (let byte = 0; byte < 0x80; byte++)
      for (let at = 0; at < 4; at++) {
        const digit = String.fromCharCode(byte);
        const text = `"\\u${"0".repeat(at)}${digit}${"0".repeat(3 - at)}"`;
        assert.equal(scan(eventWith(`"a":${text}`)) !== undefined, parses(text), text);
      }
    for (const before of PLACES) {
      assert.ok(isTaken(`"${before}\\"\\u00e9${before}\\\\"`));
      assert.ok(!isTaken(`"${before}\\n${before}\\x"`));
      for (const behind of ["", "n", "\\n"])
        assert.ok(!isTaken(`"${before}\\n${before}\u0001${behind}"`));
    }
  });

  it("takes 64 levels, and leaves more to JSON.parse", () => {
    const nested = (levels: number, open: string, close: string) => {
      const value = `${open.repeat(levels)}1${close.repeat(levels)}`;
      const events = [eventWith(`"a":${value}`), `{"a":${value},${eventWith("").slice(1)}`];
      return events.map((event) => scan(event) !== undefined);
    };
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ['["",', "]"],
    ] as const) {
      assert.deepEqual(nested(64, open, close), [true, true]);
      assert.deepEqual(nested(65, open, close), [false, false]);
    }
    assert.deepEqual(nested(32, '[{"a":', "}]"), [true, true]);
    assert.deepEqual(nested(33, '[{"a":', "}]"), [false, false]);
    assert.ok(isTaken(`[${"[[]],".repeat(100)}{}]`), "what is side by side is not deep");
  });
});
