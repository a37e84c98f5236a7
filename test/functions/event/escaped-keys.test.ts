import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { hasEscapedKey } from "../../../functions/event/escaped-keys.ts";
import { parseExactJson } from "../../../functions/event/exact-json.ts";
import { prepare, sentText } from "../support/prepared.ts";

/** Ways to write one character in JSON. */
const WRITTEN = fc.constantFrom(
  ...["\\\\", '\\"', "\\n", "\\/", "\\u005c", "\\u0041", "\\ud83d\\ude42", "\\ud800"],
  ...["a", "é", "🙂"],
);

const KEY = fc.array(WRITTEN, { maxLength: 3 }).map((characters) => characters.join(""));

/** Text of an object after which keys of such objects may be read wrong. */
const TRAP = '{"h":[],"\\\\":0}';

/** What the text of a key means; a string alone is read as it should be. */
function decode(key: string): string {
  return String(JSON.parse(`"${key}"`));
}

/** Members as `[key, value]`, in their order, as JSON means them. */
function meant(written: readonly (readonly [string, number])[]): readonly (readonly unknown[])[] {
  return [...new Map(written.map(([key, value]) => [decode(key), value]))];
}

describe("a key with escapes", () => {
  it("is what the text says, whatever was parsed before (the pinned Node)", () => {
    parseExactJson(TRAP, false);
    for (const long of [false, true])
      for (const text of ['{"h":1,"\\"":2}', '{"h":"\u4e00","\\u0041" :2}', '[{"h":{},"\\n"\n:2}]'])
        assert.equal(JSON.stringify(parseExactJson(text, long)).includes('"\\\\"'), false, text);
  });

  it("is what the text says in every object, in any order, beside any other", () => {
    const members = fc.array(fc.tuple(KEY, fc.nat(9)), { maxLength: 4 });
    const space = fc.constantFrom("", " ", "\r\n\t");
    fc.assert(
      fc.property(
        fc.array(members, { maxLength: 6 }),
        space,
        fc.boolean(),
        (objects, gap, long) => {
          const texts = objects.map((object) => {
            const own = [["h", 0] as const, ...object];
            return `{${own.map(([key, value]) => `"${key}"${gap}:${gap}${value}`).join()}}`;
          });
          const parsed = parseExactJson(`[${texts.join()}]`, long) as readonly object[];
          assert.deepEqual(
            parsed.map((object) => Object.entries(object)),
            objects.map((object) => meant([["h", 0], ...object])),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("counts as the same key without escapes, and the last one counts", () => {
    for (const [text, expected] of [
      ['{"a":1,"\\u0061":2}', { a: 2 }],
      ['{"a":1,"\\u0061":2,"a":3}', { a: 3 }],
      ['{"\\u0061":1,"a":[",",":"],"\\u002c":{"\\u0031":0}}', { a: [",", ":"], ",": { 1: 0 } }],
    ] as const)
      assert.deepEqual(parseExactJson(text, false), expected, text);
  });

  it("is found, and no value is taken for one", () => {
    for (const [text, expected] of [
      ["{}", false],
      ['{"a":"\\"b\\\\"}', false],
      ['{"a\\n" : "\\":"}', true],
      ['["\\\\",{"a":{"\\"":1}},"x\\n"]', true],
      ['{"a":":\\n","b":1}', false],
    ] as const)
      assert.equal(hasEscapedKey(text), expected, text);
  });

  it("may be the name of the prototype", () => {
    const parsed = parseExactJson('{"\\u005f_proto__":{"a":1}}', false) as object;
    assert.deepEqual(Object.keys(parsed), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
  });

  it("is what a transform sees, and what the checks see", () => {
    prepare('{"event":"e","properties":{"time":1,"\\\\":0}}', { transform: (record) => record });
    const names: string[] = [];
    prepare('{"event":"e","properties":{"time":1,"\\"":0}}', {
      transform: (record) => {
        names.push(...Object.keys(record["properties"] ?? {}));
        return record;
      },
    });
    assert.deepEqual(names, ["time", '"']);

    prepare('{"event":"e","properties":{"a":"\\n","\\\\":0}}');
    const line = '{"event":"e","properties":{"a":1,"\\u0074ime":5,"ip":0,"$insert_id":"i"}}';
    assert.equal(sentText(line), line);
  });
});
