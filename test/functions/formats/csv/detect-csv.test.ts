import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { detectFormat } from "../../../../functions/formats/detect-format.ts";
import type { ObjectHints } from "../../../../functions/formats/format.ts";
import { namedCsv, openCsv } from "../../../../functions/formats/csv/detect-csv.ts";
import { formatOf, refusalOf } from "./support.ts";

const EVENT = '{"event":"a","properties":{"time":1,"distinct_id":"u"}}';

/** The name of what contents are told to be, and of CSV the delimiter. */
function told(contents: string | Buffer, hints: Partial<ObjectHints>): string {
  const detected = detectFormat(Buffer.from(contents), true, { name: "a", ...hints });
  if (detected?.kind !== "format") return detected?.kind ?? "not told";
  const { format } = detected;
  return format.name === "csv" ? `csv ${format.delimiter}` : format.name;
}

describe("what says that contents are CSV", () => {
  const csv = "a,b\n1,2\n";
  const cases: readonly (readonly [
    hints: Partial<ObjectHints>,
    contents: string | Buffer,
    told: string,
  ])[] = [
    [{}, csv, "ndjson"],
    [{ name: "a.csv" }, csv, "csv ,"],
    [{ name: "FOLDER/A.CSV" }, csv, "csv ,"],
    [{ name: "a.csv.gz" }, csv, "csv ,"],
    [{ name: "a.Csv.Zst" }, csv, "csv ,"],
    [{ name: "a.csv.bak" }, csv, "ndjson"],
    [{ name: "csv" }, csv, "ndjson"],
    [{ name: "a.tsv" }, "a\tb\n1\t2\n", "csv \t"],
    [{ name: "a.tsv.gz" }, "a\tb,c\n1\t2\n", "csv \t"],
    [{ contentType: "text/csv" }, csv, "csv ,"],
    [{ contentType: "Text/CSV; charset=utf-8; header=present" }, csv, "csv ,"],
    [{ contentType: "text/tab-separated-values" }, "a\tb\n", "csv \t"],
    [{ contentType: "text/csvy" }, csv, "ndjson"],
    // What Windows sends for whatever ends in .csv.
    [{ contentType: "application/vnd.ms-excel" }, csv, "ndjson"],
    [{ configured: "csv" }, csv, "csv ,"],
    [{ configured: "csv-semicolon" }, "a,b;c\n", "csv ;"],
    [{ configured: "csv-comma" }, "a;b,c\n", "csv ,"],
    [{ configured: "csv-pipe" }, "alone\n1\n", "csv |"],
    [{ configured: "tsv" }, "a\tb\n", "csv \t"],
    // The setting is stronger than the name, and the name than the type.
    [{ configured: "ndjson", name: "a.csv" }, csv, "ndjson"],
    [{ configured: "json", name: "a.csv" }, csv, "json"],
    [{ configured: "csv" }, `${EVENT}\n`, "unreadable"],
    [{ name: "a.tsv", contentType: "text/csv" }, "a\tb\n", "csv \t"],
    // JSON is not CSV because its name says so.
    [{ name: "a.csv" }, `${EVENT}\n${EVENT}\n`, "ndjson"],
    [{ name: "a.csv" }, EVENT, "ndjson"],
    [{ name: "a.csv" }, `\ufeff\n[${EVENT}]`, "json"],
    [{ name: "a.csv" }, JSON.stringify(JSON.parse(EVENT), null, 2), "json"],
    [{ name: "a.csv" }, "[id],[name]\n1,2\n", "csv ,"],
    // Whoever says that there is no header says that the first line is a record.
    [{ contentType: "text/csv; header=absent" }, csv, "unreadable"],
    [{ name: "a.csv", contentType: 'text/csv;charset=utf-8;header="absent"' }, csv, "unreadable"],
    [{ contentType: "text/csv; header=present; charset=utf-8" }, csv, "csv ,"],
    [{ configured: "csv", contentType: "text/csv; header=absent" }, csv, "csv ,"],
    // Nor is anything else that has its magic bytes.
    [{ configured: "csv" }, Buffer.from("PK\x03\x04\n", "latin1"), "foreign"],
    [{ name: "a.csv" }, Buffer.from("\ufeffa,b", "utf16le"), "foreign"],
    // Nothing in it is no fault.
    [{ name: "a.csv" }, "", "ndjson"],
    [{ name: "a.csv" }, "\ufeff \r\n\n", "ndjson"],
  ];
  for (const [hints, contents, expected] of cases)
    it(`is ${JSON.stringify(hints)}, of ${JSON.stringify(contents.toString("latin1").slice(0, 30))}`, () => {
      assert.equal(told(contents, hints), expected);
    });

  it("waits for as much as it takes, and no longer", () => {
    const text = Buffer.from(`sep=;\na;b\n${"1;2\n".repeat(1000)}`);
    for (let bytes = 0; bytes < 10; bytes++)
      assert.equal(openCsv(text.subarray(0, bytes), false, { delimiter: undefined }), undefined);
    assert.equal(openCsv(text.subarray(0, 10), false, { delimiter: undefined })?.kind, "csv");
    assert.deepEqual(namedCsv({ name: "a.csv" }), { delimiter: undefined });
  });
});

describe("the delimiter of CSV", () => {
  const rows = (row: string, count = 25): string => `${row}\n`.repeat(count);
  const clear: readonly (readonly [csv: string, delimiter: string])[] = [
    ["a,b\n", ","],
    // One that the header has is the one, whatever its rows are.
    [`a,b\n${rows("1;2;3")}`, ","],
    [`a;"b,c,d"\n${rows("1;2")}`, ";"],
    [`a;b,c,d\n${rows("1;2,x")}`, ";"],
    [`a;b;c,d\n${rows("1,5;2,5;3,5")}`, ";"],
    [`a;b;c,d\n${rows("1,5;2,5;3,5")}1;2\n`, ";"],
    // Records that are broken prove nothing against the delimiter of most.
    [`a,b,c;d\n${rows("1,2,3", 15)}1\n2;2\n`, ","],
    ["a,b,c;d\n", ","],
  ];
  for (const [csv, delimiter] of clear)
    it(`is told: ${JSON.stringify(csv.slice(0, 30))}`, () => {
      assert.equal(formatOf(csv).delimiter, delimiter);
    });

  const unclear = [
    "a\n1\n",
    "a b\n1 2\n",
    "a,b;c\n",
    `a,b;c\n${rows("1,2;3")}`,
    `a,b;c\n${rows("x")}`,
  ];
  for (const csv of unclear)
    it(`has to be said: ${JSON.stringify(csv.slice(0, 30))}`, () => {
      assert.match(refusalOf(csv), /not clear what separates its columns: say so .* sep=;/);
    });
});

describe("the header of CSV", () => {
  const refused: readonly (readonly [csv: string | Buffer, error: RegExp])[] = [
    ["1,2\n3,4\n", /^CSV: no header line, only numbers and dates/],
    ["1795000000,2026-01-01T00:00:00Z,2026/01/01\n", /no header line/],
    ["sep=;\n", /no header line/],
    [",event,time\n0,a,1\n", /column 1 has no name .*: name it, or leave the column out/],
    ["event,time, \n", /column 3 has no name/],
    ['event,""\n', /column 2 has no name/],
    ["event,time,event\n", /columns 1 and 3 have the same name .*: rename one/],
    ['"event,time\na,1\n', /a quote that is never closed in its header line/],
    ['"event"x,time\n', /text after a closing quote in its header line/],
    [Buffer.from("f\xfcr,b\n", "latin1"), /not valid UTF-8: save the file as UTF-8/],
    [`a,${"b".repeat(1_200_000)}\n`, /header line is longer than 1 MB/],
  ];
  for (const [csv, error] of refused)
    it(`is refused with what to do: ${JSON.stringify(csv.toString("latin1").slice(0, 30))}`, () => {
      assert.match(refusalOf(csv), error);
    });

  it("of a hundred thousand columns is read in no time", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `c${index}`);
    const started = process.cpuUsage();
    assert.equal(formatOf(names.join(",")).columns?.length, names.length);
    assert.match(refusalOf([...names, "c7"].join(",")), /columns 8 and 100001 have the same name/);
    assert.ok(process.cpuUsage(started).user < 20_000_000);
  });

  it("is never told, since it may be a record", () => {
    for (const csv of ["secret@example.com,x,secret@example.com\n", "secret\n", 'secret,"x"y\n'])
      assert.doesNotMatch(refusalOf(csv), /secret/);
  });
});
