import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UnreadableContentsError } from "../../../../functions/formats/damage.ts";
import { readParquet } from "../../../../functions/formats/parquet/read-parquet.ts";
import { CorruptDataError } from "../../../../functions/reading/corrupt-data.ts";
import { bool, int, list, struct, text, type Thrift } from "../../../support/thrift-writer.ts";
import { column, craftFile, group, levels, page, type Crafted } from "./crafted-file.ts";
import { inMemory, readRows } from "./parquet-files.ts";

const MAX_INT = 2 ** 31 - 1;
const NULL_PAGE = page(1, levels(1, 0));

/** Ends in as many structs as there are bytes. */
const DEEP: Thrift = { type: 12, bytes: Buffer.alloc(1_000_000, 0x1c) };
const ENDLESS: Thrift = { type: 6, bytes: Buffer.alloc(1_000_000, 0xff) };
const LONG_TEXT: Thrift = { type: 8, bytes: Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07]) };

function chunk(fields: Readonly<Record<number, Thrift>>): Thrift {
  return struct({
    3: struct({ 4: int(0), 5: int(1), 6: int(9), 7: int(9), 9: int(4), ...fields }),
  });
}

/** A thousand groups in one another. */
const NESTED_SCHEMA = list([...Array.from({ length: 1000 }, () => group("g", 1)), column("a")]);

const FOOTERS: Readonly<Record<string, Crafted>> = {
  "a schema nested in itself": { schema: NESTED_SCHEMA },
  "a group with more children than there are": { schema: list([group("root", 5), column("a")]) },
  "elements that belong nowhere": { schema: list([group("root", 1), column("a"), column("b")]) },
  "a column of an unknown type": { schema: list([group("root", 1), column("a", { 1: int(77) })]) },
  "a column repeated in an unknown way": {
    schema: list([group("root", 1), column("a", { 3: int(9) })]),
  },
  "no schema": { metadata: { 2: int(1) } },
  "no rows": { metadata: { 3: bool(true) } },
  "fewer than no rows": { metadata: { 3: int(-1) } },
  "other rows than its row groups": { metadata: { 3: int(2) } },
  "row groups without end": { rowGroups: list([struct({})], MAX_INT) },
  "an incomplete row group": { rowGroups: list([struct({ 3: int(1) })]) },
  "a row group of other columns": { rowGroups: list([struct({ 1: list([]), 3: int(1) })]) },
  "an incomplete column chunk": {
    rowGroups: list([struct({ 1: list([struct({})]), 3: int(1) })]),
  },
  "a column chunk behind the end": { chunk: { 9: int(2 ** 40) } },
  "a column chunk of negative length": { chunk: { 7: int(-1) } },
  "the same column chunk over and over": {
    pages: NULL_PAGE,
    rows: 5,
    rowGroups: list(
      Array.from({ length: 5 }, () =>
        struct({ 1: list([chunk({ 7: int(NULL_PAGE.length) })]), 3: int(1) }),
      ),
    ),
  },
  "a field nested without end": { metadata: { 9: DEEP } },
  "a number without end": { metadata: { 3: ENDLESS } },
  "a text longer than the file": { metadata: { 6: LONG_TEXT } },
};

const REFUSED: Readonly<Record<string, readonly [Crafted, RegExp]>> = {
  "of LZO": [{ chunk: { 4: int(3) } }, /compressed with LZO: write it with snappy, gzip or zstd/],
  "of a new codec": [{ chunk: { 4: int(99) } }, /compressed with codec 99/],
  "of a new encoding": [
    {
      pages: page(1, levels(1, 1), { 5: struct({ 1: int(1), 2: int(10), 3: int(3), 4: int(3) }) }),
    },
    /values in encoding 10: write it/,
  ],
  "with encrypted columns": [{ metadata: { 8: struct({}) } }, /an encrypted Parquet file/],
  "in several files": [
    { rowGroups: list([struct({ 1: list([struct({ 1: text("b.parquet") })]), 3: int(1) })]) },
    /a Parquet file of several files/,
  ],
  "with a schema of billions": [
    { schema: list([group("root", 1), column("a")], MAX_INT) },
    /of 2147483647 columns: write one with fewer than 20000/,
  ],
  "with two columns of one name": [
    { schema: list([group("root", 2), column("a"), column("a")]) },
    /two columns of one name/,
  ],
  "without columns": [
    { schema: list([group("root", 0)]), rowGroups: list([struct({ 1: list([]), 3: int(1) })]) },
    /without columns/,
  ],
  "with no column that is read": [
    { schema: list([group("root", 1), column("a", { 6: int(21) })]) },
    /no column can be read/,
  ],
};

/** What is wrong with a page is found when it is read: what is before it is settled. */
const PAGES: Readonly<Record<string, Crafted>> = {
  "no page": {},
  "a page of negative length": { pages: page(1, levels(1, 0), { 3: int(-1) }) },
  "a page larger than its chunk": { pages: page(1, levels(1, 0), { 2: int(2 ** 30) }) },
  "more values than the chunk": { pages: page(5, levels(5, 0)) },
  "levels that end too early": { pages: page(1, Buffer.alloc(3)) },
  "levels longer than the page": { pages: page(1, Buffer.from([255, 255, 255, 127, 2, 0])) },
  "a value that is not there": { pages: page(1, levels(1, 1)) },
  "a header without end": { pages: Buffer.alloc(100_000, 0x15) },
  "a dictionary of billions": {
    pages: page(1, Buffer.alloc(8), { 1: int(2), 7: struct({ 1: int(MAX_INT), 2: int(0) }) }),
  },
  "a dictionary that is not there": {
    pages: page(1, Buffer.concat([levels(1, 1), Buffer.from([1, 2, 0])]), {
      5: struct({ 1: int(1), 2: int(8), 3: int(3), 4: int(3) }),
    }),
  },
};

/** A page of version 1: texts of lists, each the only one of its row. */
function textsInRows(texts: readonly string[]): Buffer {
  const plain = texts.flatMap((each) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(each.length);
    return [length, Buffer.from(each)];
  });
  return Buffer.concat([levels(texts.length, 0), levels(texts.length, 1), ...plain]);
}

describe("a Parquet file of another writer", () => {
  it("may not say how large its columns are when decompressed", async () => {
    const { rows, failure } = await readRows(craftFile({ pages: NULL_PAGE, chunk: { 6: int(0) } }));
    assert.deepEqual([rows, failure], [['{"a":null}'], undefined]);
  });
});

describe("a hostile Parquet file", () => {
  for (const [name, crafted] of Object.entries(FOOTERS))
    it(`with ${name} has a damaged footer`, async () => {
      const { rows, failure } = await readRows(craftFile(crafted));
      assert.deepEqual(rows, []);
      assert.ok(failure instanceof UnreadableContentsError, String(failure));
      assert.match(failure.message, /^a damaged Parquet file \(footer: .*\): upload it again$/);
    });

  for (const [name, [crafted, message]] of Object.entries(REFUSED))
    it(`${name} is refused`, async () => {
      const { failure } = await readRows(craftFile(crafted));
      assert.ok(failure instanceof UnreadableContentsError, String(failure));
      assert.match(failure.message, message);
    });

  for (const [name, crafted] of Object.entries(PAGES))
    it(`with ${name} ends there`, async () => {
      const { rows, failure } = await readRows(craftFile(crafted));
      assert.deepEqual(rows, []);
      assert.ok(failure instanceof CorruptDataError, String(failure));
      assert.match(failure.message, /^the Parquet file is damaged at row 1 \(/);
    });

  it("with a page of billions of nulls is read row by row", async () => {
    const pages = page(MAX_INT, levels(MAX_INT, 0));
    const file = craftFile({ rows: MAX_INT, pages });
    let rows = 0;
    for await (const { records } of readParquet(inMemory(file), {
      offset: 2_000_000_000,
      line: 1,
    })) {
      rows += records.length;
      if (rows >= 10_000) break;
    }
    assert.equal(rows, 10_000);
  });

  it("with a map that is too long for an event has a row that is too long, and goes on", async () => {
    const schema = list([
      group("root", 1),
      group("m", 1, { 3: int(0), 6: int(1) }),
      group("key_value", 2, { 3: int(2) }),
      column("key", { 1: int(6), 3: int(0), 6: int(0) }),
      column("value", { 1: int(6), 3: int(0), 6: int(0) }),
    ]);
    const keys = page(3, textsInRows(["k", "l", "m"]));
    for (const long of ["x".repeat(2_000_000), "\x01".repeat(300_000)]) {
      const values = page(3, textsInRows(["a", long, "b"]));
      const chunks = list([
        chunk({ 5: int(3), 6: int(keys.length), 7: int(keys.length) }),
        chunk({
          5: int(3),
          6: int(values.length),
          7: int(values.length),
          9: int(4 + keys.length),
        }),
      ]);
      const rowGroups = list([struct({ 1: chunks, 3: int(3) })]);
      const pages = Buffer.concat([keys, values]);
      const read = await readRows(craftFile({ schema, rows: 3, rowGroups, pages }));
      assert.equal(read.failure, undefined);
      assert.deepEqual(read.rows, ['{"m":{"k":"a"}}', '{"m":{"m":"b"}}']);
      assert.deepEqual(read.unusable, ["larger than 1 MB"]);
    }
  });

  it("with a page too large for the instance is refused before it is read", async () => {
    const body = page(1, levels(1, 0), { 2: int(2 ** 40), 3: int(2 ** 40) });
    const file = craftFile({ pages: body, chunk: { 6: int(2 ** 41) } });
    const { failure } = await readRows(file);
    assert.ok(failure instanceof CorruptDataError, "longer than the chunk is stored");
    const inflated = page(1, levels(1, 0), { 2: int(2 ** 40) });
    const bomb = craftFile({ pages: inflated, chunk: { 4: int(1), 6: int(2 ** 41) } });
    const refused = (await readRows(bomb)).failure;
    assert.ok(refused instanceof UnreadableContentsError);
    assert.match(refused.message, /pages of 1099512 MB open at once, where \d+ MB fit/);
  });
});
