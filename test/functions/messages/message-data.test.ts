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

test("gzip is told by its first bytes", () => {
  assert.equal(isCompressed(GZIP), true);
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
