import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { unparsable } from "../../../functions/event/malformed.ts";
import { identity } from "../../../functions/event/transform-contract.ts";
import { prepare } from "../support/prepared.ts";

const EVENT = '{"event":"e","properties":{"time":1,"a":[1,"x"]}}';

/** As Windows PowerShell writes it, from the first line on or one of the others. */
function utf16(text: string, start = 0): Buffer {
  return Buffer.from(`\ufeff${text}`, "utf16le").subarray(start);
}

/** What is said of a line, by the way without a transform and the one with. */
function errorOf(line: string | Buffer): string {
  const [error, ...others] = [identity, (record: object) => ({ ...record })].map((transform) => {
    const prepared = prepare(line, { transform });
    assert.ok(prepared.kind === "unusable", String(line));
    assert.deepEqual([prepared.problem.reason, prepared.problem.field], ["malformed", ""]);
    return prepared.problem.error;
  });
  assert.deepEqual(others, [error]);
  return error ?? "";
}

const CASES: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  "not valid JSON: NaN or Infinity": [
    EVENT.replace("1", "NaN"),
    EVENT.replace('"x"', "-Infinity"),
    EVENT.replace('"x"', "[nan]"),
  ],
  "not valid JSON: single quotes": [
    EVENT.replaceAll('"', "'"),
    EVENT.replace('"x"', "'x'"),
    "{'event': 'e', 'a': \"it's\"}",
  ],
  "not valid JSON: a comma too many": [
    `${EVENT},`,
    `${EVENT} , `,
    EVENT.replace("]", ",]"),
    EVENT.replace("]}", "]},"),
    EVENT.replace('1,"a"', '1,,"a"'),
    `,${EVENT}`,
  ],
  "not valid JSON: a comment": [
    `${EVENT} // the first`,
    `# ${EVENT}`,
    `// ${EVENT}`,
    EVENT.replace("1", "1 /* s */"),
    EVENT.replace("{", "{ // e"),
  ],
  "not valid JSON: several values on a line": [
    `${EVENT}${EVENT}`,
    `${EVENT} ${EVENT} ${EVENT}`,
    `${EVENT},${EVENT}`,
    `[] {}`,
  ],
  "not valid JSON: cut off": [
    "{",
    EVENT.slice(0, -1),
    EVENT.slice(0, -4),
    EVENT.slice(0, 3),
    EVENT.slice(0, -5),
    '{"event":tru',
    '{"event":"\\',
    '{"event":-',
    "[".repeat(100_000),
  ],
  "not valid JSON: NUL bytes": [EVENT.replace("x", "\0"), `${EVENT}\0`],
  "not valid UTF-8: UTF-16": [
    utf16(EVENT),
    utf16(EVENT).swap16(),
    // The lines behind the first: cut at a byte 0x0a, they begin or end with a byte of the line
    // feed.
    utf16(EVENT, 3),
    utf16(EVENT, 2),
    utf16(EVENT).swap16().subarray(3),
    utf16('{"event":"日本"}', 2),
  ],
  "not valid UTF-8": [Buffer.from([0x7b, 0xff, 0x7d])],
  "not valid JSON": [
    ...["x", "2026-01-01T00:00:00Z INFO started", "event,time", "<html>", "\u00a0{}", "}", "1 {}"],
    EVENT.replace("1", "None"),
    EVENT.replace("1", "01"),
    EVENT.replace("1", "undefined"),
    EVENT.replace('"event"', "event"),
    EVENT.replace('"x"', '"\t"'),
    EVENT.replace('"x"', '"\\x"'),
    EVENT.replace(":", "="),
    EVENT.replace("[1,", "[1 "),
    EVENT.replace("]", "}"),
    EVENT.replace('"e"', '"e'),
  ],
};

describe("a malformed record", () => {
  for (const [error, lines] of Object.entries(CASES))
    it(`is said to be ${error}`, () => {
      for (const line of lines) assert.equal(errorOf(line), error, String(line));
    });

  it("is cut off wherever it is cut, between tokens or in one", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), {
      minKeys: 1,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(object, fc.nat(), (value, cut) => {
        const text = JSON.stringify(value);
        const part = text.slice(0, 1 + (cut % (text.length - 1))).trimEnd();
        assert.equal(unparsable(part, new SyntaxError()).error, "not valid JSON: cut off");
      }),
    );
  });

  it("has a reason in linear time, whatever it is", () => {
    const size = 1_000_000;
    const texts = ['{"a":"', "[", "[1,", '["\\', "{}", ",", "'", "{}//", '"', "\0"];
    for (const text of texts)
      unparsable(text.repeat(size / text.length), new SyntaxError("whatever"));
  });

  it("may be nested too deeply for its escaped keys or large numbers", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    assert.equal(errorOf(`{"\\u0061":${deep}}`), "nested too deeply");
  });
});
