import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UnreadableContentsError } from "../../../../functions/formats/damage.ts";
import { readParquet } from "../../../../functions/formats/parquet/read-parquet.ts";
import { CorruptDataError } from "../../../../functions/reading/corrupt-data.ts";
import { expectedRows, inMemory, parquetFile, readRows } from "./parquet-files.ts";

const CODECS = ["none", "snappy", "gzip", "zstd", "brotli", "lz4"];
const VERSIONS = ["v1", "v2"];
const NAMES = {
  flat: CODECS.flatMap((codec) => VERSIONS.map((version) => `flat-${codec}-${version}`)),
  nested: CODECS.flatMap((codec) => VERSIONS.map((version) => `nested-${codec}-${version}`)),
  types: ["plain", "delta", "dictionary"].flatMap((encoding) =>
    VERSIONS.map((version) => `types-${encoding}-${version}`),
  ),
};

const DUCKDB_ROWS = [0, 1, 2].map(
  (i) =>
    `{"id":${i},"uuid":"00000000-0000-4000-8000-00000000000${i}",` +
    `"json":${i === 1 ? "null" : '{"a": 9007199254740993}'},"decimal":${["0.000", "1.500", "3.000"][i] ?? ""},` +
    `"at":"2026-01-01T00:00:0${i}.123456","instant":"2026-01-01T00:00:00.500000Z",` +
    `"time":"10:11:12.500000","list":[${i},null],"struct":{"a":${i},"b":[{"c":"x${i}"}]},` +
    `"map":{"k${i}":${i}},"bytes":"/wA=","enum":"x"}`,
);

describe("the rows of a Parquet file", () => {
  for (const [table, names] of Object.entries(NAMES))
    for (const name of names)
      it(`of ${name} are those that were written`, async () => {
        const expected = expectedRows(table);
        const { rows, lines, failure } = await readRows(parquetFile(name));
        assert.equal(failure, undefined);
        assert.deepEqual(rows, expected);
        assert.deepEqual(
          lines,
          expected.map((_row, index) => index + 1),
        );
      });

  for (const name of ["duckdb-snappy-v1", "duckdb-zstd-v2", "duckdb-lz4-v2"])
    it(`of ${name} have text that is JSON as it is, and no interval`, async () => {
      const { rows, failure } = await readRows(parquetFile(name));
      assert.equal(failure, undefined);
      assert.deepEqual(rows, DUCKDB_ROWS);
    });

  it("are without columns of some types, which are told", async () => {
    const told: (readonly string[])[] = [];
    const file = inMemory(parquetFile("duckdb-snappy-v1"));
    const options = { onColumnsLeftOut: (columns: readonly string[]) => told.push(columns) };
    for await (const block of readParquet(file, { offset: 0, line: 1 }, options)) assert.ok(block);
    assert.deepEqual(told, [["interval"]]);
  });

  it("have the old timestamps to the nanosecond, without a time zone", async () => {
    const { rows } = await readRows(parquetFile("int96"));
    assert.deepEqual(rows, [
      '{"at":"2023-11-14T22:13:20.123456789"}',
      '{"at":null}',
      '{"at":"1969-12-31T23:59:59.999999999"}',
    ]);
  });

  it("are none where there are none", async () => {
    for (const name of ["empty", "no-columns"]) {
      const { rows, ends, failure } = await readRows(parquetFile(name));
      assert.deepEqual([rows, ends, failure], [[], [], undefined]);
    }
  });

  it("are the same from every row on", async () => {
    for (const [table, names] of Object.entries(NAMES)) {
      const expected = expectedRows(table);
      // What differs is cut differently: by pages of both versions, and by encodings.
      for (const name of names.filter((each) => /snappy-v1|zstd-v2|types/.test(each))) {
        const bytes = parquetFile(name);
        for (let row = 0; row <= expected.length; row++) {
          const { rows, lines, failure } = await readRows(bytes, row);
          assert.equal(failure, undefined);
          assert.deepEqual(rows, expected.slice(row), `${name} from row ${row}`);
          assert.equal(lines[0], row < expected.length ? row + 1 : undefined);
        }
      }
    }
  });
});

describe("reading a Parquet file", () => {
  it("takes one range of its end, and then only those of pages", async () => {
    const bytes = parquetFile("flat-none-v1");
    const reads: [number, number][] = [];
    const file = inMemory(bytes, (offset, length) => reads.push([offset, offset + length]));
    for await (const block of readParquet(file, { offset: 0, line: 1 })) assert.ok(block);
    const [footer, ...pages] = reads;
    assert.deepEqual(footer, [0, bytes.length]);
    assert.equal(pages.length, 3, "a small row group is a range");
    const footerAt = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    for (const [start, end] of pages) assert.ok(start >= 4 && end <= footerAt);
  });

  it("refuses pages that do not fit, before they are read, and says what to do", async () => {
    const { rows, failure } = await readRows(parquetFile("nested-none-v1"), 0, {
      memoryBytes: 200,
    });
    assert.deepEqual(rows, []);
    assert.ok(failure instanceof UnreadableContentsError);
    assert.match(failure.message, /pages of 1 MB .* where 1 MB fit: write smaller row groups/);
    assert.match(failure.message, /ROW_GROUP_SIZE .* or raise `memory`$/);
  });

  it("gives back the memory of pages that are done with", async () => {
    const { rows, failure } = await readRows(parquetFile("types-plain-v1"), 0, {
      memoryBytes: 4000,
    });
    assert.equal(failure, undefined);
    assert.equal(rows.length, 24);
  });
});

describe("a damaged Parquet file", () => {
  it("that is cut off anywhere has no rows, and says why", async () => {
    const bytes = parquetFile("flat-snappy-v1");
    for (let length = 4; length < bytes.length; length += 7) {
      const { rows, failure } = await readRows(bytes.subarray(0, length));
      assert.deepEqual(rows, []);
      assert.ok(failure instanceof UnreadableContentsError);
      assert.match(failure.message, /^a damaged Parquet file \(.*\): upload it again$/);
    }
  });

  it("has its rows up to the page that is damaged", async () => {
    const bytes = parquetFile("flat-none-v1");
    const expected = expectedRows("flat");
    // A text within the second row group, whose page has a checksum.
    const at = bytes.indexOf("Purchase", bytes.indexOf("Purchase") + 1000);
    bytes.write("PurchasE", at);
    const { rows, failure } = await readRows(bytes);
    assert.ok(failure instanceof CorruptDataError);
    assert.match(
      failure.message,
      /^the Parquet file is damaged at row \d+ \(the checksum of a page is wrong\)$/,
    );
    assert.ok(rows.length >= 17 && rows.length < expected.length, `${rows.length}`);
    assert.deepEqual(rows, expected.slice(0, rows.length));
  });

  it("never hangs and never throws anything else, whichever bits are flipped", async () => {
    for (const name of ["nested-snappy-v1", "types-delta-v2"]) {
      const good = parquetFile(name);
      for (let at = 3; at < good.length; at += 31) {
        const bytes = Buffer.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
        const { failure } = await readRows(bytes, 0, { memoryBytes: 16e6 });
        assert.ok(
          failure === undefined ||
            failure instanceof CorruptDataError ||
            failure instanceof UnreadableContentsError,
          `${name} at ${at}: ${String(failure)}`,
        );
      }
    }
  });
});
