import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { ValueCutter } from "../../../../functions/formats/json/value-cutter.ts";
import { isUnusable } from "../../../../functions/formats/record-block.ts";

interface Cut {
  readonly text: string;
  readonly offset: number;
  readonly line: number;
}

/** Cuts `text`, given in chunks of `chunkBytes`, from `start` on. */
function cut(text: string | Buffer, chunkBytes = Infinity, start = { offset: 0, line: 1 }): Cut[] {
  const bytes = Buffer.from(text);
  const cutter = new ValueCutter(start);
  const found: Cut[] = [];
  const add = (record: Parameters<typeof isUnusable>[0]): void => {
    const piece = isUnusable(record)
      ? record.head
      : record.bytes.subarray(record.start, record.end);
    found.push({ text: piece.toString(), offset: record.offset, line: record.line });
  };
  for (let at = start.offset; at < bytes.length; at += chunkBytes) {
    const chunk = Buffer.from(bytes.subarray(at, Math.min(bytes.length, at + chunkBytes)));
    for (const { records } of cutter.cut(chunk)) records.forEach(add);
  }
  cutter.finish().records.forEach(add);
  return found;
}

const texts = (...args: Parameters<typeof cut>): string[] => cut(...args).map(({ text }) => text);

const CASES: readonly (readonly [what: string, text: string, records: readonly string[]])[] = [
  ["an array on one line", '[{"a":1},{"b":[2,{}]}]', ['{"a":1}', '{"b":[2,{}]}']],
  ["an element a line", '[\n{"a":1},\n{"b":2}\n]\n', ['{"a":1}', '{"b":2}']],
  ["commas first", '[{"a":1}\n,{"b":2}\n]', ['{"a":1}', '{"b":2}']],
  [
    "pretty",
    '[\n  {\n    "a": 1\n  },\n  {\n    "b": 2\n  }\n]',
    ['{\n    "a": 1\n  }', '{\n    "b": 2\n  }'],
  ],
  ["arrays in one another", '[[{"a":1}],[[{"b":2}]],[]]', ['{"a":1}', '{"b":2}']],
  ["concatenated", '{"a":1}{"b":2} {"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
  ["separated by commas alone", '{"a":1},{"b":2}', ['{"a":1}', '{"b":2}']],
  ["a JSON sequence", '\x1e{"a":1}\n\x1e{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ["a byte-order mark", '\ufeff[{"a":1}]', ['{"a":1}']],
  ["several arrays", '[{"a":1}]\n[{"b":2}]', ['{"a":1}', '{"b":2}']],
  ["a comma too many, or none", '[{"a":1},,{"b":2}{"c":3},]', ['{"a":1}', '{"b":2}', '{"c":3}']],
  [
    "what is no object",
    '[1,"a, [b]",null,{"a":1},-2.5e3]',
    ["1", '"a, [b]"', "null", '{"a":1}', "-2.5e3"],
  ],
  [
    "words that are nothing",
    '[{"a":1}, oops, {"b":2}] the end',
    ['{"a":1}', "oops", '{"b":2}', "the", "end"],
  ],
  [
    "brackets and quotes in strings",
    '[{"a":"}],[{\\"\\\\"},{"b":"\\\\\\""}]',
    ['{"a":"}],[{\\"\\\\"}', '{"b":"\\\\\\""}'],
  ],
  ["a bracket too many", '{"a":1}}{"b":2}', ['{"a":1}', "}", '{"b":2}']],
  ["nothing", " \n\t\r\n", []],
  ["empty arrays", "[[],[ ]]", []],
];

/** What is broken, and what it costs. */
const BROKEN: readonly (readonly [what: string, text: string, records: readonly string[]])[] = [
  [
    "a string that is never closed, an element a line",
    '[\n{"a":"x},\n{"b":2},\n{"c":3}\n]',
    ['{"a":"x},', '{"b":2}', '{"c":3}'],
  ],
  [
    "a string that is never closed, pretty",
    '[\n  {\n    "a": "x,\n    "n": {\n      "m": 1\n    }\n  },\n  {\n    "b": 2\n  }\n]',
    ['{\n    "a": "x,\n    "n": {\n      "m": 1\n    }\n  }', '{\n    "b": 2\n  }'],
  ],
  ["an object that is never closed", '{"a":1\n{"b":2}\n{"c":3}', ['{"a":1', '{"b":2}', '{"c":3}']],
  ["an object that is never closed, before a comma", '[{"a":1,\n{"b":2}]', ['{"a":1,', '{"b":2}']],
  ["an array that is never closed", '[{"a":[1},{"b":2}]', ['{"a":[1}', '{"b":2}']],
  ["the last object is never closed", '[{"a":1},{"b":2]', ['{"a":1}', '{"b":2']],
  [
    "a string that is never closed, and ends with a backslash",
    '[\n{"a":"x\\\n},\n{"b":2}\n]',
    ['{"a":"x\\\n}', '{"b":2}'],
  ],
  ["a sequence with a text cut off", '\x1e{"a":{"b":"x\x1e{"b":2}\n', ['{"a":{"b":"x', '{"b":2}']],
];

describe("JSON values one after the other, or in arrays", () => {
  for (const [what, text, expected] of [...CASES, ...BROKEN])
    it(what, () => {
      for (let chunkBytes = 1; chunkBytes <= text.length + 1; chunkBytes++)
        assert.deepEqual(texts(text, chunkBytes), expected, `chunks of ${chunkBytes} bytes`);
    });

  it("are told with the line and the offset of their first byte", () => {
    const found = cut('[\n  {\n    "a": 1\n  },\n\n  {"b": 2}, {"c": 3}\n]');
    assert.deepEqual(
      found.map(({ offset, line }) => [offset, line]),
      [
        [4, 2],
        [25, 6],
        [35, 6],
      ],
    );
  });

  it("keep their bytes, in any layout, chunks of any size, from any of them on", () => {
    const layout = fc.record({
      values: fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), {
        maxLength: 6,
      }),
      indent: fc.constantFrom("", " ", "    ", "\t"),
      between: fc.constantFrom(",", ",\n", "\n,", " , ", "\n", "", "\r\n", ",\r\n\t"),
      brackets: fc.constantFrom(["", ""], ["[", "]"], ["[\n", "\n]\n"], [" [[", "] ]"]),
      chunkBytes: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(
        layout,
        ({ values, indent, between, brackets: [open = "", close = ""], chunkBytes }) => {
          const expected = values.map((value) => JSON.stringify(value, null, indent));
          const text = open + expected.join(between) + close;
          const found = cut(text, chunkBytes);
          assert.deepEqual(
            found.map((record) => record.text),
            expected,
          );
          const bytes = Buffer.from(text);
          for (const [index, { offset, line }] of found.entries()) {
            assert.equal(line, bytes.subarray(0, offset).toString().split("\n").length);
            assert.deepEqual(cut(text, chunkBytes, { offset, line }), found.slice(index));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("that are broken in the middle of others cost only themselves, when each has a line", () => {
    const damaged = fc.record({
      values: fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), {
        minLength: 2,
        maxLength: 6,
      }),
      victim: fc.nat(),
      at: fc.nat(),
      // In the place of a byte: nothing, or one that means something.
      instead: fc.constantFrom("", '"', "{", "}", "[", "]", "\\", ",", ":", "x"),
      chunkBytes: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(damaged, ({ values, victim, at, instead, chunkBytes }) => {
        const whole = values.map((value) => JSON.stringify(value));
        const index = victim % whole.length;
        const text = whole[index] ?? "";
        const lost = 1 + (at % (text.length - 1));
        const broken = text.slice(0, lost) + instead + text.slice(lost + 1);
        const others = whole.filter((_, other) => other !== index);
        const lines = whole.map((line, other) => (other === index ? broken : line));
        const found = texts(`[\n${lines.join(",\n")}\n]`, chunkBytes);
        // What was opened in place of a byte may be JSON to the very end, where it is not closed.
        const unclosed = instead === "{" || instead === "[" ? (found.at(-1) ?? "") : "";
        for (const other of others)
          assert.ok(found.includes(other) || unclosed.includes(other), `${other}: ${found.join()}`);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 300) },
    );
  });

  it("are the same when the memory of a chunk is used again, once nothing in it is open", () => {
    const cutter = new ValueCutter({ offset: 0, line: 1 });
    const found: string[] = [];
    const broken = '{\n    "a": [1\n';
    for (const text of ["[\n  ", broken, '  {\n    "b": 2\n  }', "\n]"]) {
      const chunk = Buffer.from(text);
      for (const { records } of cutter.cut(chunk))
        for (const record of records)
          if (!isUnusable(record))
            found.push(record.bytes.toString("utf8", record.start, record.end));
      if (text !== broken) chunk.fill("#");
    }
    assert.deepEqual(found, ['{\n    "a": [1', '{\n    "b": 2\n  }']);
  });

  it("that are larger than an event are told by their head, and not held", () => {
    const large = `{"a":"${"x".repeat(3_000_000)}"}`;
    const text = `[{"b":1},${large},{"c":2}]`;
    for (const chunkBytes of [64 * 1024, 1_000_000, text.length]) {
      const cutter = new ValueCutter({ offset: 0, line: 1 });
      const records = [];
      for (let at = 0; at < text.length; at += chunkBytes)
        for (const block of cutter.cut(Buffer.from(text.slice(at, at + chunkBytes))))
          records.push(...block.records);
      const [first, oversized, last] = records;
      assert.equal(records.length, 3);
      assert.ok(first !== undefined && !isUnusable(first));
      assert.ok(last !== undefined && !isUnusable(last));
      assert.ok(oversized !== undefined && isUnusable(oversized));
      assert.equal(oversized.length, large.length);
      assert.equal(oversized.head.toString(), large.slice(0, 64 * 1024));
      assert.equal(oversized.offset, 9);
    }
  });

  it("come in blocks of a bounded number, each with the place where it ends", () => {
    const bytes = Buffer.from(`[${"1,".repeat(50_000)}{"a":1}]`);
    let at = { offset: 0, line: 1 };
    let count = 0;
    for (const { records, end } of new ValueCutter(at).cut(bytes)) {
      assert.ok(records.length <= 10_000);
      for (const { offset } of records) assert.ok(offset >= at.offset && offset < end.offset);
      count += records.length;
      at = end;
    }
    assert.equal(count, 50_001);
    assert.deepEqual([at.offset, at.line], [bytes.length, 1]);
  });

  it("nested without end are counted, in bounded memory", () => {
    const deep = 3_000_000;
    const found = cut(
      `${'{"a":'.repeat(10)}${"[".repeat(deep)}${"]".repeat(deep)}${"}".repeat(10)}{"b":2}`,
      100_000,
    );
    assert.equal(found.length, 2);
    assert.equal(found[1]?.text, '{"b":2}');
  });
});
