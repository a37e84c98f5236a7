import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parse } from "csv-parse/sync";
import fc from "fast-check";

import { createRowJson, jsonText } from "../../../../functions/formats/row-json.ts";
import { formatOf, readCsv, wordsOf } from "./support.ts";

/** Texts of what matters to CSV, to JSON and to UTF-8. */
const text = fc.string({
  unit: fc.constantFrom(
    "a",
    "1",
    " ",
    ",",
    ";",
    '"',
    "\\",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "é",
    "😀",
    "'",
  ),
  maxLength: 8,
});
const cell = fc.record({ text, isQuoted: fc.boolean() });

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly { text: string; isQuoted: boolean }[])[];
  readonly lineEnd: string;
  readonly endsWithLineEnd: boolean;
}

const table: fc.Arbitrary<Table> = fc.integer({ min: 2, max: 4 }).chain((width) =>
  fc.record({
    columns: fc.constant(["event", 'the "time"', "__proto__", "x,y"].slice(0, width)),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    endsWithLineEnd: fc.boolean(),
  }),
);

const needsQuotes = (value: string): boolean => /[",\n\r]/.test(value);
const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const isQuoted = (value: { text: string; isQuoted: boolean }): boolean =>
  value.isQuoted || needsQuotes(value.text);

/** The table as RFC 4180 has it. */
function toCsv({ columns, rows, lineEnd, endsWithLineEnd }: Table): string {
  const lines = [
    columns.map((name) => (needsQuotes(name) ? quoted(name) : name)),
    ...rows.map((row) => row.map((one) => (isQuoted(one) ? quoted(one.text) : one.text))),
  ].map((fields) => fields.join(","));
  return lines.join(lineEnd) + (endsWithLineEnd ? lineEnd : "");
}

/** What the rows have to become. */
function toRows({ columns, rows }: Table): readonly string[] {
  const toRow = createRowJson(columns);
  return rows.map((row) =>
    toRow(row.map((one) => (one.text === "" && !isQuoted(one) ? undefined : jsonText(one.text)))),
  );
}

describe("CSV as RFC 4180 has it", () => {
  it("is read as it was written, in canonical row JSON", async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (written, chunkBytes) => {
        const csv = toCsv(written);
        assert.deepEqual(
          await wordsOf(csv, { chunkBytes, claim: { delimiter: "," } }),
          toRows(written),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("has the rows that csv-parse finds", async () => {
    await fc.assert(
      fc.asyncProperty(table, async (written) => {
        const csv = toCsv(written);
        const [header = [], ...expected]: string[][] = parse(csv, { skip_empty_lines: true });
        const rows = await wordsOf(csv, { claim: { delimiter: "," } });
        const found = rows.map((row) => {
          const values = new Map(Object.entries(JSON.parse(row) as object));
          return header.map((name) => String(values.get(name) ?? ""));
        });
        assert.deepEqual(found, expected);
      }),
      { numRuns: 500 },
    );
  });

  it("goes on from any record as if it had been read through", async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.nat(), async (written, pick) => {
        const csv = toCsv(written);
        const format = formatOf(csv, { delimiter: "," });
        const whole = await readCsv(csv, { format });
        const from = whole[pick % Math.max(whole.length, 1)];
        if (from === undefined) return;
        const rest = await readCsv(csv, { format, from, chunkBytes: 7 });
        assert.deepEqual(rest, whole.slice(whole.indexOf(from)));
      }),
    );
  });
});

describe("CSV with a fault", () => {
  const clean = Array.from({ length: 30 }, (_, n) =>
    n % 3 === 0 ? `"name, ${n}","line\n${n}",${n}` : `name ${n},"say ""${n}""",${n}`,
  );
  const csv = `event,note,number\n${clean.join("\n")}\n`;
  const header = csv.indexOf("\n") + 1;
  const faults = fc.oneof(
    fc.nat().map((at) => ({ at, bytes: "" })),
    fc.record({ at: fc.nat(), bytes: fc.constantFrom('"', ",", "\n", "x", "\\", "\xff", "\0") }),
  );

  it("has all rows but those beside the fault", async () => {
    const format = formatOf(csv);
    const whole = await wordsOf(csv, { format });
    await fc.assert(
      fc.asyncProperty(faults, async ({ at, bytes }) => {
        const place = header + (at % (csv.length - header));
        const broken = Buffer.from(csv.slice(0, place) + bytes + csv.slice(place + 1), "latin1");
        const read = await wordsOf(broken, { format });
        const lost = whole.filter((row) => !read.includes(row));
        // A record, or two that became one, or the one that a quote has taken a part of.
        assert.ok(lost.length <= 2, `${JSON.stringify(bytes)} at ${place}: ${lost.join(" ")}`);
      }),
      { numRuns: 2000 },
    );
  });

  it("loses no byte: what is no row is there as it was", async () => {
    const format = formatOf(csv);
    await fc.assert(
      fc.asyncProperty(
        faults,
        fc.integer({ min: 1, max: 50 }),
        async ({ at, bytes }, chunkBytes) => {
          const place = header + (at % (csv.length - header));
          const broken = Buffer.from(csv.slice(0, place) + bytes + csv.slice(place + 1), "latin1");
          const whole = await readCsv(broken, { format });
          assert.deepEqual(await readCsv(broken, { format, chunkBytes }), whole);
          const covered = whole.map(({ offset }) => offset);
          for (const [index, cut] of whole.entries()) {
            if (!("raw" in cut)) continue;
            const end = covered[index + 1] ?? broken.length;
            const own = broken.toString("latin1", cut.offset, end);
            assert.equal(own.replace(/[\r\n]+$/, ""), cut.raw.replace(/[\r\n]+$/, ""));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("CSV that goes on and on", () => {
  const MB = 1_000_000;

  it("of a record that is too long has the head, and goes on behind it", async () => {
    const csv = `a,b\n${"x".repeat(3 * MB)},1\r\n2,3\n`;
    const format = formatOf(csv.slice(0, 4));
    const blocks = await summaryOf(csv, format);
    assert.deepEqual(blocks, [
      { error: "larger than 1 MB", head: 65_536, length: 3 * MB + 2, line: 2 },
      { row: '{"a":"2","b":"3"}', line: 3 },
    ]);
  });

  it("of a record that is too long counts the lines of the cells before", async () => {
    const csv = `a,b\n"1\n2\n3",${"x".repeat(2 * MB)}\n2,3\n`;
    const blocks = await summaryOf(csv, formatOf("a,b\n"));
    assert.deepEqual(blocks, [
      { error: "larger than 1 MB", head: 65_536, length: 2 * MB + 8, line: 2 },
      { row: '{"a":"2","b":"3"}', line: 5 },
    ]);
  });

  it("of a record that is too long ends with its line, where carriage returns end lines", async () => {
    const csv = `a,b\r${"x".repeat(2 * MB)},1\r2,3\r`;
    const blocks = await summaryOf(csv, formatOf("a,b\r"));
    assert.deepEqual(blocks, [
      { error: "larger than 1 MB", head: 65_536, length: 2 * MB + 2, line: 2 },
      { row: '{"a":"2","b":"3"}', line: 3 },
    ]);
  });

  it("of a row that becomes too long as JSON has its bytes", async () => {
    const csv = `a,b\n"${"\n".repeat(600_000)}",1\n2,3\n`;
    const blocks = await summaryOf(csv, formatOf("a,b\n"));
    assert.deepEqual(blocks, [
      { error: "larger than 1 MB", head: 600_004, length: 600_004, line: 2 },
      { row: '{"a":"2","b":"3"}', line: 600_003 },
    ]);
  });

  it("of a quote that is not closed for 1 MB loses the first line only", async () => {
    const row = `${"y".repeat(996)},1\n`;
    const csv = `a,b\n1,"x\n${row.repeat(1100)}`;
    const blocks = await summaryOf(csv, formatOf("a,b\n"));
    assert.deepEqual(blocks[0], {
      error: "a quote that is never closed",
      head: 4,
      length: 4,
      line: 2,
    });
    assert.equal(blocks.length, 1101);
  });
});

async function summaryOf(csv: string, format: ReturnType<typeof formatOf>): Promise<unknown[]> {
  const { csvReader } = await import("../../../../functions/formats/csv/csv-format.ts");
  const { chunksOf, piecesOf } = await import("../../support/chunks.ts");
  const source = {
    chunks: chunksOf(piecesOf(Buffer.from(csv), 300_000)),
    fromBeginning: () => chunksOf([]),
  };
  const found: unknown[] = [];
  for await (const block of csvReader.read(source, format, { offset: 0, line: 1 })) {
    assert.ok(block.kind === "records");
    for (const record of block.records)
      found.push(
        "head" in record
          ? {
              error: record.problem.error,
              head: record.head.length,
              length: record.length,
              line: record.line,
            }
          : { row: record.bytes.toString("utf8", record.start, record.end), line: record.line },
      );
  }
  return found;
}
