import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createRowJson, jsonText, rowRecord } from "../../../functions/formats/row-json.ts";

/**
 * `$insert_id`s are made of these bytes: none of these rows may ever become another one. To change
 * an expectation here is to import everybody's files a second time.
 */
const GOLDEN: readonly (readonly [
  what: string,
  columns: readonly string[],
  values: readonly (string | undefined)[],
  json: string,
])[] = [
  ["no columns", [], [], "{}"],
  ["texts", ["event", "time"], [jsonText("a"), jsonText("1")], '{"event":"a","time":"1"}'],
  ["an empty text", ["a"], [jsonText("")], '{"a":""}'],
  ["nothing in it", ["a", "b"], [undefined, undefined], "{}"],
  ["the first left out", ["a", "b"], [undefined, jsonText("x")], '{"b":"x"}'],
  ["the last left out", ["a", "b"], [jsonText("x"), undefined], '{"a":"x"}'],
  ["null", ["a"], ["null"], '{"a":null}'],
  [
    "numbers as they are",
    ["a", "b"],
    ["9007199254740993", "1.10"],
    '{"a":9007199254740993,"b":1.10}',
  ],
  ["columns in the file's order", ["b", "a", "1"], ["1", "2", "3"], '{"b":1,"a":2,"1":3}'],
  ["__proto__", ["__proto__", "constructor"], ["1", "2"], '{"__proto__":1,"constructor":2}'],
  [
    "names with quotes",
    ['a"b', "c\\d", "e\nf"],
    ["1", "2", "3"],
    '{"a\\"b":1,"c\\\\d":2,"e\\nf":3}',
  ],
  [
    "escapes, no more than JSON needs",
    ["a"],
    [jsonText('"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028<é😀')],
    '{"a":"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028<é😀"}',
  ],
  ["a lone surrogate", ["a"], [jsonText("\ud800")], '{"a":"\\ud800"}'],
];

describe("canonical row JSON", () => {
  for (const [what, columns, values, json] of GOLDEN)
    it(`never changes: ${what}`, () => {
      assert.equal(createRowJson(columns)(values), json);
    });

  it("is a record of its own bytes, at the row's place", () => {
    const record = rowRecord('{"a":"é"}', { offset: 7, line: 3 });
    assert.equal(record.bytes.toString("utf8", record.start, record.end), '{"a":"é"}');
    assert.deepEqual([record.offset, record.line, record.hasLineBreaks], [7, 3, false]);
  });
});
