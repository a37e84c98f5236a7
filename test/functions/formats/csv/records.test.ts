import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { RecordCutter } from "../../../../functions/formats/csv/record-cutter.ts";
import { formatOf, readCsv, wordsOf } from "./support.ts";

const QUOTE_ERROR = "text after a closing quote";
const CUT_ERROR = "cut off: what follows it is damaged";
const OPEN_ERROR = "a quote that is never closed";

/**
 * Own vectors of what csv-spectrum has (https://github.com/max-mogensen/csv-spectrum: commas,
 * quotes, line feeds, UTF-8, JSON in quotes, empty fields), and of what lands in buckets besides.
 */
const CASES: readonly (readonly [
  what: string,
  csv: string | Buffer,
  records: readonly string[],
])[] = [
  ["a row a line", "a,b\n1,2\n3,4\n", ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}']],
  ["no line feed at the end", "a,b\n1,2", ['{"a":"1","b":"2"}']],
  ["CRLF", "a,b\r\n1,2\r\n3,4\r\n", ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}']],
  [
    "CRLF behind quotes",
    '"a","b"\r\n"1","2"\r\n"3","4"',
    ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}'],
  ],
  [
    "a carriage return at the very end",
    'a,b\r\n1,"2"\r\n3,4\r',
    ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}'],
  ],
  [
    "two carriage returns before each line feed",
    'a,"b"\r\r\n1,"2"\r\r\n3,4\r\r\n\r\r\n5,\r\r\n"x"y,6\r\r\n',
    ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}', '{"a":"5"}', `${QUOTE_ERROR}: "x"y,6`],
  ],
  [
    "nothing at the end of CRLF lines",
    'a,b\r\n1,\r\n1,""\r\n,\r\n',
    ['{"a":"1"}', '{"a":"1","b":""}', "{}"],
  ],
  ["carriage returns alone", "a,b\r1,2\r3,4\r", ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}']],
  ["both kinds of line feeds", "a,b\r\n1,2\n3,4\r\n", ['{"a":"1","b":"2"}', '{"a":"3","b":"4"}']],
  ["a byte-order mark", "\ufeffa,b\n1,2\n", ['{"a":"1","b":"2"}']],
  ["a byte-order mark before a quote", '\ufeff"a","b"\n1,2\n', ['{"a":"1","b":"2"}']],
  ["commas in quotes", 'a,b\n"1,2",3\n', ['{"a":"1,2","b":"3"}']],
  ["quotes in quotes", 'a,b\n"say ""hi""",""""\n', ['{"a":"say \\"hi\\"","b":"\\""}']],
  ["line feeds in quotes", 'a,b\n"1\n\n2","3\r\n4"\n', ['{"a":"1\\n\\n2","b":"3\\r\\n4"}']],
  ["JSON in quotes", 'a,b\n1,"{""x"": ""y\\n""}"\n', ['{"a":"1","b":"{\\"x\\": \\"y\\\\n\\"}"}']],
  ["nothing, and an empty text", 'a,b,c\n,"",x\n', ['{"b":"","c":"x"}']],
  ["nothing in a row at all", "a,b\n,\n", ["{}"]],
  ["only quotes", 'a,b\n"",""\n', ['{"a":"","b":""}']],
  ["blank lines", "\n a,b\n\n1,2\n \t \n\r\n3,4\n\n", ['{" a":"1","b":"2"}', '{" a":"3","b":"4"}']],
  ["UTF-8", "a,b\né,😀\n", ['{"a":"é","b":"😀"}']],
  [
    "control characters, which are text",
    "a,b\n\0\u0001,\t\n",
    ['{"a":"\\u0000\\u0001","b":"\\t"}'],
  ],
  ["backslashes, which are text", "a,b\n\\N,c:\\d\n", ['{"a":"\\\\N","b":"c:\\\\d"}']],
  ["a quote within text", 'a,b\n5" nail,x"y"\n', ['{"a":"5\\" nail","b":"x\\"y\\""}']],
  ["a quote behind a space, which is text", 'a,b\n "x",y\n', ['{"a":" \\"x\\"","b":"y"}']],
  ["white space, which is text", "a,b\n x , y\n", ['{"a":" x ","b":" y"}']],
  ["a carriage return within a line", "a,b\n1\r2,3\n", ['{"a":"1\\r2","b":"3"}']],
  ["__proto__", "__proto__,constructor\n1,2\n", ['{"__proto__":"1","constructor":"2"}']],
  ["names that JSON escapes", '"a ""b""","c\nd"\n1,2\n', ['{"a \\"b\\"":"1","c\\nd":"2"}']],
  ["a header alone", "a,b\n", []],
  ["a header alone, without a line feed", "a,b", []],
  ["semicolons", 'a;b\n1,5;"x;y"\n', ['{"a":"1,5","b":"x;y"}']],
  ["tabs", "a\tb\n1\t2\n", ['{"a":"1","b":"2"}']],
  ["bars", "a|b\n1|2\n", ['{"a":"1","b":"2"}']],
  ["the delimiter said by Excel", "sep=;\r\na;b\r\n1;2\r\n", ['{"a":"1","b":"2"}']],
  [
    "the delimiter said behind a byte-order mark",
    '\ufeff"sep=|"\na|b,c\n1|2\n',
    ['{"a":"1","b,c":"2"}'],
  ],
  ["a delimiter that only Excel's line says", "sep=^\na^b\n1^2\n", ['{"a":"1","b":"2"}']],
  // What is broken costs itself.
  [
    "too few fields and too many",
    "a,b\n1\n2,3\n4,5,6\n7,8\n",
    [
      "1 field, the header has 2: 1",
      '{"a":"2","b":"3"}',
      "3 fields, the header has 2: 4,5,6",
      '{"a":"7","b":"8"}',
    ],
  ],
  [
    "text behind a closing quote",
    'a,b\n"x"y,1\n2,3\n',
    [`${QUOTE_ERROR}: "x"y,1`, '{"a":"2","b":"3"}'],
  ],
  [
    "quotes escaped with backslashes",
    'a,b\n"x\\"y",1\r\n2,3\n',
    [`${QUOTE_ERROR}: "x\\"y",1`, '{"a":"2","b":"3"}'],
  ],
  [
    "text behind a closing quote of a record over two lines",
    'a,b,c\n1,"x\ny"z,3\n4,5,6\n',
    [`${QUOTE_ERROR}: 1,"x\ny"z,3`, '{"a":"4","b":"5","c":"6"}'],
  ],
  [
    "a closing quote that is lost",
    'a,b\n"x,1\n"y","2"\n"z","3"\n',
    [`${QUOTE_ERROR}: "x,1`, '{"a":"y","b":"2"}', '{"a":"z","b":"3"}'],
  ],
  [
    "a quote that is never closed, and good rows behind it",
    'a,b\n1,"x\r\n2,3\n4,5\n',
    [`${OPEN_ERROR}: 1,"x`, '{"a":"2","b":"3"}', '{"a":"4","b":"5"}'],
  ],
  [
    "a quote that is never closed on the last line",
    'a,b\n1,2\n3,"x',
    ['{"a":"1","b":"2"}', `${OPEN_ERROR}: 3,"x`],
  ],
  [
    "bytes that are not UTF-8",
    Buffer.from("a,b\n1,2\nM\xfcller,3\n4,5\n", "latin1"),
    ['{"a":"1","b":"2"}', "not valid UTF-8: M\xfcller,3", '{"a":"4","b":"5"}'],
  ],
];

describe("the records of CSV", () => {
  for (const [what, csv, records] of CASES) {
    it(`are cut: ${what}`, async () => {
      assert.deepEqual(await wordsOf(csv), records);
    });

    it(`are the same in chunks of any size: ${what}`, async () => {
      const whole = await readCsv(csv);
      for (let chunkBytes = 1; chunkBytes <= 64; chunkBytes++)
        assert.deepEqual(await readCsv(csv, { chunkBytes }), whole, `${chunkBytes} bytes`);
    });

    it(`are the same from any of them on: ${what}`, async () => {
      const whole = await readCsv(csv);
      const format = formatOf(csv);
      for (const [index, { offset, line }] of whole.entries())
        assert.deepEqual(
          await readCsv(csv, { from: { offset, line }, format }),
          whole.slice(index),
        );
    });
  }

  it("of damaged contents are whole rows: of the last one, nobody can tell", async () => {
    const cut = async (csv: string, chunkBytes?: number): Promise<readonly string[]> =>
      await wordsOf(csv, { isCutOff: true, ...(chunkBytes !== undefined && { chunkBytes }) });
    const row = '{"a":"1","b":"2"}';
    assert.deepEqual(await cut("a,b\n1,2\n"), [row]);
    for (const last of ["3,4", "3,", "3", '3,"4"', '3,"4', "3,4\r"]) {
      const words = [row, `${last.endsWith('"4') ? OPEN_ERROR : CUT_ERROR}: ${last.trim()}`];
      assert.deepEqual(await cut(`a,b\n1,2\n${last}`), words);
      assert.deepEqual(await cut(`a,b\n1,2\n${last}`, 1), words);
    }
  });

  it("have the line on which they begin, and their first byte", async () => {
    const csv = '\ufeffsep=,\n\na,b\n1,"x\ny"\n\n2,3\nbad\n"4\r\n5",6\n7,8';
    const places = (await readCsv(csv)).map(({ line, offset }) => ({
      line,
      text: Buffer.from(csv).toString("utf8", offset, offset + 2),
    }));
    assert.deepEqual(places, [
      { line: 4, text: "1," },
      { line: 7, text: "2," },
      { line: 8, text: "ba" },
      { line: 9, text: '"4' },
      { line: 11, text: "7," },
    ]);
  });

  it("are the same from the end of any block on, also of one before the header", async () => {
    const text = "\ufeffsep=;\r\n\r\na;b\r\n1;2\r\n3;4\r\n";
    const bytes = Buffer.from(text);
    const format = formatOf(text);
    const whole = await readCsv(text, { format });
    assert.equal(whole.length, 2);
    for (let length = 1; length <= bytes.length; length++) {
      const start = { offset: 0, line: 1 };
      const cutter = new RecordCutter({ dialect: format, columns: format.columns ?? [], start });
      for (const { end } of cutter.cut(bytes.subarray(0, length))) {
        const rest = await readCsv(text, { format, from: end });
        const expected = whole.filter(({ offset }) => offset >= end.offset);
        assert.deepEqual(rest, expected, `behind ${length} bytes, from ${end.offset} on`);
      }
    }
  });
});
