import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { readMessageData } from "../../../functions/messages/message-data.ts";

const EVENT = Buffer.from('{"event":"a"}');

test("gzip is decompressed, of several members too", () => {
  const gzip = zlib.gzipSync(EVENT);
  for (const [data, expected] of [
    [gzip, EVENT],
    [Buffer.concat([gzip, gzip]), Buffer.concat([EVENT, EVENT])],
    [EVENT, EVENT],
    [Buffer.of(0x1f), Buffer.of(0x1f)],
  ] as const)
    assert.deepEqual(readMessageData(data, {}), { kind: "contents", bytes: expected });
});

test("gzip that cannot be read is one record, the bytes as they came", () => {
  const gzip = zlib.gzipSync(EVENT);
  for (const data of [gzip.subarray(0, -3), Buffer.of(0x1f, 0x8b, 1, 2, 3)])
    assert.deepEqual(readMessageData(data, {}), {
      kind: "unreadable",
      bytes: data,
      problem: { reason: "malformed", field: "", error: "damaged gzip" },
    });
});

test("gzip of more than 64 MiB is too large", () => {
  const data = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1));
  const read = readMessageData(data, {});
  assert.equal(read.kind === "unreadable" && read.problem.reason, "too-large");
});

test("attributes without data are one empty record; nothing at all is none", () => {
  const nothing = Buffer.alloc(0);
  assert.equal(readMessageData(nothing, { a: "b" }).bytes.toString(), "{}");
  assert.equal(readMessageData(nothing, {}).bytes.length, 0);
});
