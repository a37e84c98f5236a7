import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import {
  decompressData,
  isCompressed,
  readData,
} from "../../../functions/messages/message-data.ts";

const EVENT = Buffer.from('{"event":"a"}');
const GZIP = zlib.gzipSync(EVENT);
const hold = (): boolean => true;

const ZSTD = zlib.zstdCompressSync(EVENT);

test("gzip and zstd are told by their first bytes", () => {
  assert.equal(isCompressed(GZIP), true);
  assert.equal(isCompressed(ZSTD), true);
  for (const data of [EVENT, Buffer.of(0x1f), Buffer.alloc(0)])
    assert.equal(isCompressed(data), false);
});

test("gzip is decompressed, of several members too, whatever blanks are between them", async () => {
  for (const between of ["", "\n", "\r\n", "\0\0\0\0\0"]) {
    const data = Buffer.concat([GZIP, Buffer.from(between), GZIP, Buffer.from(between)]);
    assert.deepEqual(await decompressData(data, {}, hold), {
      kind: "contents",
      bytes: Buffer.concat([EVENT, EVENT]),
    });
  }
});

test("gzip that cannot be read is one record, the bytes as they came", async () => {
  for (const data of [
    GZIP.subarray(0, -3),
    Buffer.of(0x1f, 0x8b, 1, 2, 3),
    Buffer.concat([GZIP, EVENT]),
    Buffer.concat([GZIP, Buffer.alloc(5), EVENT]),
  ])
    assert.deepEqual(await decompressData(data, {}, hold), {
      kind: "unreadable",
      bytes: data,
      problem: { reason: "malformed", field: "", error: "damaged gzip" },
    });
});

test("zstd is decompressed, of several frames too; damaged, it is one record", async () => {
  assert.deepEqual(await decompressData(Buffer.concat([ZSTD, ZSTD]), {}, hold), {
    kind: "contents",
    bytes: Buffer.concat([EVENT, EVENT]),
  });
  for (const data of [ZSTD.subarray(0, -1), Buffer.concat([ZSTD, EVENT])])
    assert.deepEqual(await decompressData(data, {}, hold), {
      kind: "unreadable",
      bytes: data,
      problem: { reason: "malformed", field: "", error: "damaged zstd" },
    });
  const large = zlib.zstdCompressSync(Buffer.alloc(64 * 1024 * 1024 + 1));
  const read = await decompressData(large, {}, hold);
  assert.equal(
    read.kind === "unreadable" && read.problem.error,
    "larger than 64 MiB when decompressed",
  );
});

const FOREIGN: readonly { data: Buffer; what: string; attributes?: Record<string, string> }[] = [
  { data: Buffer.from("PK\x03\x04 a.json"), what: "a zip archive" },
  { data: Buffer.from("PAR1\x15\x04"), what: "a Parquet file" },
  { data: Buffer.from("Obj\x01\x04"), what: "an Avro file" },
  { data: Buffer.from('\ufeff{"event":"a"}', "utf16le"), what: "UTF-16 text" },
  { data: Buffer.from('{"event":"a"}', "utf16le"), what: "UTF-16 text" },
  { data: zlib.gzipSync(GZIP), what: "compressed twice" },
  {
    data: Buffer.from([0x0a, 0x08, 0x96, 0x01]),
    what: "Avro or protobuf, binary by the topic's schema settings",
    attributes: { googclient_schemaencoding: "BINARY" },
  },
];

for (const { data, what, attributes = {} } of FOREIGN)
  test(`${what} is one record, the bytes as they came, and says what to do`, async () => {
    const error = `${what}: publish JSON, UTF-8, plain or compressed with gzip or zstd`;
    const expected = { kind: "unreadable", problem: { reason: "malformed", field: "", error } };
    if (!isCompressed(data))
      assert.deepEqual(readData(data, attributes), { ...expected, bytes: data });
    for (const sent of [zlib.gzipSync(data), zlib.zstdCompressSync(data)])
      assert.deepEqual(await decompressData(sent, attributes, hold), { ...expected, bytes: sent });
  });

test("JSON is read, whatever the attributes say of it; text that begins like a file, too", () => {
  const attributes = { googclient_schemaencoding: "BINARY" };
  for (const text of ['{"event":"a"}', ' [{"event":"a"}]', "\ufeff{}"])
    assert.equal(readData(Buffer.from(text), attributes).kind, "contents");
  for (const text of ["ORCA\n", "BZh\n", "PARENT", "1", "\x1e{}"])
    assert.equal(readData(Buffer.from(text), {}).kind, "contents");
});

test("gzip of more than 64 MiB, or of more records than a message can have, is too large", async () => {
  for (const [contents, error] of [
    [Buffer.alloc(64 * 1024 * 1024 + 1), "larger than 64 MiB when decompressed"],
    [Buffer.from("1\n".repeat(5_000_001)), "more than 5 million records when decompressed"],
    [Buffer.from(`[${"1,".repeat(5_000_000)}1]`), "more than 5 million records when decompressed"],
  ] as const) {
    const data = zlib.gzipSync(contents);
    assert.deepEqual(await decompressData(data, {}, hold), {
      kind: "unreadable",
      bytes: data,
      problem: { reason: "too-large", field: "", error },
    });
  }
});

test("gzip is given up as soon as there is no room for what it decompresses to", async () => {
  const held: number[] = [];
  const data = zlib.gzipSync(Buffer.alloc(10_000_000));
  const read = await decompressData(data, {}, (bytes) => {
    held.push(bytes);
    return bytes < 1_000_000;
  });
  assert.equal(read.kind, "too-much");
  assert.ok((held.at(-1) ?? 0) < 3_000_000);
});

test("attributes without data, or with blanks only, are one empty record; else there is none", async () => {
  for (const blank of ["", "\n", " \r\n\t", "\ufeff"]) {
    const data = Buffer.from(blank);
    assert.equal(readData(data, { a: "b" }).bytes.toString(), "{}", JSON.stringify(blank));
    assert.equal(readData(data, {}).bytes.toString(), blank);
    const read = await decompressData(zlib.gzipSync(data), { a: "b" }, hold);
    assert.equal(read.kind === "contents" && read.bytes.toString(), "{}");
  }
});
