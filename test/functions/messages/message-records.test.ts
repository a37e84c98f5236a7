import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { messageRecords } from "../../../functions/messages/message-records.ts";

function textsOf(data: string | Buffer): string[] {
  return [...messageRecords(Buffer.from(data))].map(({ bytes, start, end }) =>
    bytes.toString("utf8", start, end),
  );
}

const forms: readonly { name: string; data: string; records: readonly string[] }[] = [
  { name: "nothing", data: "", records: [] },
  { name: "white space", data: " \r\n\t\n ", records: [] },
  { name: "a byte-order mark alone", data: "\ufeff", records: [] },
  { name: "one object", data: '{"a":1}', records: ['{"a":1}'] },
  { name: "an object after a byte-order mark", data: '\ufeff{"a":1}\n', records: ['{"a":1}'] },
  {
    name: "a pretty-printed object",
    data: '{\n  "a": [\n    1\n  ]\n}\n',
    records: ['{\n  "a": [\n    1\n  ]\n}'],
  },
  { name: "lines", data: '{"a":1}\n{"b":2}\n', records: ['{"a":1}', '{"b":2}'] },
  { name: "lines ended by CRLF", data: '{"a":1}\r\n{"b":2}\r\n', records: ['{"a":1}', '{"b":2}'] },
  {
    name: "blank lines in between",
    data: '{"a":1}\n\n \n{"b":2}',
    records: ['{"a":1}', '{"b":2}'],
  },
  {
    name: "a byte-order mark before each line",
    data: '\ufeff{"a":1}\n\ufeff{"b":2}',
    records: ['{"a":1}', '{"b":2}'],
  },
  { name: "lines with one that is no JSON", data: '{"a":1}\noops\n', records: ['{"a":1}', "oops"] },
  { name: "lines that are not objects", data: "1\n2", records: ["1", "2"] },
  { name: "one array", data: '[{"a":1},{"b":2}]', records: ['{"a":1}', '{"b":2}'] },
  {
    name: "an array over several lines",
    data: '\n [\n {"a":\n1},\n2 , "x]" \n]\n',
    records: ['{"a":\n1}', "2", '"x]"'],
  },
  { name: "an empty array", data: " [ ] ", records: [] },
  { name: "an array that is cut off", data: '[{"a":1},', records: ['[{"a":1},'] },
  { name: "lines of arrays", data: "[1]\n[2]", records: ["[1]", "[2]"] },
  { name: "arrays in an array", data: '[[{"a":1}],[[{"b":2}]]]', records: ['{"a":1}', '{"b":2}'] },
  { name: "an array after a byte-order mark", data: '\ufeff[{"a":1}]', records: ['{"a":1}'] },
  {
    name: "objects without anything between them",
    data: '\ufeff{"a":12345678901234567890}{"b":"}{"} {"c":3},{"d":[{},{}]}',
    records: ['{"a":12345678901234567890}', '{"b":"}{"}', '{"c":3}', '{"d":[{},{}]}'],
  },
  {
    name: "pretty-printed objects one after the other",
    data: '{\n  "a": 1\n}\n{\n  "b": [\n    2\n  ]\n}\n',
    records: ['{\n  "a": 1\n}', '{\n  "b": [\n    2\n  ]\n}'],
  },
  {
    name: "a JSON sequence",
    data: '\x1e{"a":1}\n\x1e{\n"b":2}\n',
    records: ['{"a":1}', '{\n"b":2}'],
  },
  {
    name: "objects one after the other, one of them broken",
    data: '{"a":1}{"b":oops}{"c":3}',
    records: ['{"a":1}', '{"b":oops}', '{"c":3}'],
  },
  {
    name: "an object with text that looks like two",
    data: '{"a":"}{","b":[{"c":1},{"d":2}]}',
    records: ['{"a":"}{","b":[{"c":1},{"d":2}]}'],
  },
  {
    name: "an element that is never closed: the bracket at the end is in it",
    data: '[{"a":1},{"b":"x},{"c":3}]',
    records: ['{"a":1}', '{"b":"x},{"c":3}]'],
  },
  { name: "a log that begins with a bracket", data: "[INFO] [x]", records: ["[INFO] [x]"] },
  { name: "text", data: "hello", records: ["hello"] },
  { name: "an object with garbage behind it", data: '{"a":1} x', records: ['{"a":1} x'] },
];
for (const { name, data, records } of forms)
  test(`${name}: ${records.length} records`, () => {
    assert.deepEqual(textsOf(data), records);
  });

test("lines are tried for JSON up to the 100,000th: others wait for it", () => {
  const event = '{"event":"a"}';
  for (const [lines, records] of [
    [99_999, 100_000],
    [100_000, 1],
  ] as const)
    assert.equal([...messageRecords(Buffer.from("{a}\n".repeat(lines) + event))].length, records);
});

test("what is not text, or has no line of JSON, is one record: the exact bytes", () => {
  for (const data of [
    Buffer.concat([Buffer.from('[{"a":"'), Buffer.of(0xff), Buffer.from('"},{"b":2}]')]),
    Buffer.from([0x0a, 0x08, 0x96, 0x01, 0x0a, 0xff, 0x20]),
    Buffer.from("\ufeff oops\nno\n\n"),
    Buffer.from(" {\n{ \n"),
  ]) {
    const records = [...messageRecords(data)];
    assert.deepEqual(
      records.map(({ start, end, line }) => [start, end, line]),
      [[0, data.length, 1]],
    );
  }
});

test("a fault costs the element that it is in, an array that is not closed is one record", () => {
  assert.deepEqual(textsOf('[{"a":1},{"b":NaN},3]'), ['{"a":1}', '{"b":NaN}', "3"]);
  assert.deepEqual(textsOf('[{"a":x},{"b":2}]'), ['{"a":x}', '{"b":2}']);
  for (const data of ["[1,2", '[{"a":1},', '[{"a":1},{"b"'])
    assert.deepEqual(textsOf(data), [data]);
  // Nothing is in doubt: what separates values is not part of them.
  for (const data of ["[1,,2]", "[1 2]", "[1,2]]", "[1,2,]", "[,1,2]"])
    assert.deepEqual(textsOf(data), ["1", "2"]);
});

test("a value that is too long to be an event is a record, whole", () => {
  const long = `{"b":"${"x".repeat(2_000_000)}"}`;
  assert.deepEqual(textsOf(`{"a":1}${long}{"c":3}`), ['{"a":1}', long, '{"c":3}']);
  assert.deepEqual(textsOf(`[{"a":1},${long} ,{"c":3}]`), ['{"a":1}', long, '{"c":3}']);
});

test("an object larger than an event is told from lines by its braces", () => {
  const large = `{\n"a":"${"x".repeat(1_000_001)}"\n}`;
  assert.equal(textsOf(large).length, 1);
  assert.equal(textsOf(`{"a":1}\n{"a":"${"x".repeat(1_000_001)}"}`).length, 2);
});

test("a record knows its place, and whether it holds line breaks", () => {
  const places = [...messageRecords(Buffer.from('[{"a":\n1},{"b":2},{"c":\r3}]'))].map(
    ({ offset, line, hasLineBreaks }) => [offset, line, hasLineBreaks],
  );

  assert.deepEqual(places, [
    [0, 1, true],
    [1, 2, false],
    [2, 3, true],
  ]);
});

const objects = fc.array(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue()), {
  minLength: 1,
  maxLength: 8,
});

test("the same objects as lines, as an array and as a pretty-printed array are the same records", () => {
  fc.assert(
    fc.property(objects, (values) => {
      const expected = values.map((value) => JSON.stringify(value));
      assert.deepEqual(textsOf(expected.join("\n")), expected);
      assert.deepEqual(textsOf(JSON.stringify(values)), expected);
      const pretty = textsOf(JSON.stringify(values, null, 2)).map((text): unknown =>
        JSON.parse(text),
      );
      assert.deepEqual(pretty, JSON.parse(JSON.stringify(values)));
    }),
  );
});

test("one pretty-printed object is one record, whatever is in it", () => {
  fc.assert(
    fc.property(objects, ([value]) => {
      const pretty = JSON.stringify(value, null, 2);
      assert.deepEqual(textsOf(pretty), [pretty]);
    }),
  );
});

/** A line that is an object, or anything else that people write, but never two values. */
const line = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom("", "oops", "{", '{"a":', '{"a":"}{"}', '{"a":[{},{}]}'),
);

test("lines of which the first is an object are lines, whatever the others are", () => {
  const blank = fc.constantFrom("", "\ufeff", " \n");
  const end = fc.constantFrom("\n", "\r\n", "\n\n");
  fc.assert(
    fc.property(blank, objects, fc.array(line), end, (before, [first], others, lineEnd) => {
      const lines = [JSON.stringify(first), ...others];
      assert.deepEqual(
        textsOf(`${before}${lines.join(lineEnd)}`),
        lines.filter((text) => text !== ""),
      );
    }),
  );
});

test("the same objects are the same records one after the other, pretty, and as a sequence", () => {
  const gap = fc.constantFrom("", " ", "\t", ",", " , ");
  fc.assert(
    fc.property(fc.array(objects, { minLength: 1, maxLength: 3 }), gap, (arrays, between) => {
      const values = arrays.flat();
      const expected = values.map((value) => JSON.stringify(value));
      assert.deepEqual(textsOf(expected.join(between)), expected);
      assert.deepEqual(textsOf(expected.map((text) => `\x1e${text}\n`).join("")), expected);
      assert.deepEqual(textsOf(JSON.stringify(arrays)), expected);
      // A line that is an object is a line: the first one has to be none.
      const pretty = [{ a: 1 }, ...values].map((value) => JSON.stringify(value, null, 2));
      assert.deepEqual(textsOf(pretty.join("\n")), pretty);
    }),
  );
});

test("a megabyte of small elements takes no square of the time", () => {
  const data = Buffer.from(`[${Array.from({ length: 200_000 }, () => "{}").join(",")}\n]`);

  const startedAt = process.cpuUsage();
  const records = [...messageRecords(data)];
  const { user } = process.cpuUsage(startedAt);

  assert.equal(records.length, 200_000);
  // A search to the end of the data for each element would take minutes.
  assert.ok(user < 10_000_000, `${user} µs`);
});
