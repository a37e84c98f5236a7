import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib from "node:zlib";

import fc from "fast-check";

import { CorruptDataError } from "../../../functions/reading/corrupt-data.ts";
import type { MemberBoundary } from "../../../functions/reading/gunzip.ts";
import { unzstd } from "../../../functions/reading/unzstd.ts";

/** A frame as the zstd tool writes it, with a checksum, or as Node does, without. */
function frame(contents: Buffer, hasChecksum = true): Buffer {
  const params = hasChecksum ? { [zlib.constants.ZSTD_c_checksumFlag]: 1 } : {};
  return zlib.zstdCompressSync(contents, { params });
}

/** What a decompressor passes over, https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2 */
function skippable(bytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a57, 0);
  header.writeUInt32LE(bytes, 4);
  return Buffer.concat([header, Buffer.alloc(bytes, 1)]);
}

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

async function decompress(bytes: Buffer, size = bytes.length, start?: MemberBoundary) {
  const frames: MemberBoundary[] = [];
  const pieces: Buffer[] = [];
  let error: unknown;
  try {
    for await (const piece of unzstd(chunked(bytes, size), (at) => frames.push(at), start))
      pieces.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  return { contents: Buffer.concat(pieces), pieces: pieces.length, frames, error };
}

describe("zstd", () => {
  it("is read to the last of its frames, in chunks of any size, from any frame on", async () => {
    const part = fc.record({
      contents: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      times: fc.constantFrom(1, 1000),
      hasChecksum: fc.boolean(),
      skipped: fc.option(fc.nat(300), { nil: undefined }),
    });
    const inputs = fc.record({
      parts: fc.array(part, { minLength: 1, maxLength: 5 }),
      size: fc.integer({ min: 1, max: 5000 }),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async ({ parts, size }) => {
        const contents = parts.map(({ contents: bytes, times }) =>
          Buffer.concat(Array<Buffer>(times).fill(bytes)),
        );
        const stored = Buffer.concat(
          parts.flatMap(({ hasChecksum, skipped }, index) => [
            ...(skipped === undefined ? [] : [skippable(skipped)]),
            frame(contents[index] ?? Buffer.alloc(0), hasChecksum),
          ]),
        );
        const whole = Buffer.concat(contents);
        const read = await decompress(stored, size);
        assert.equal(read.error, undefined);
        assert.ok(read.contents.equals(whole));
        assert.equal(read.frames.length, parts.length);
        for (const start of read.frames) {
          const rest = await decompress(stored.subarray(start.compressed), size, start);
          assert.ok(rest.contents.equals(whole.subarray(start.decompressed)));
          assert.equal(rest.frames[0]?.compressed, start.compressed);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of thousands of tiny frames is given in few pieces", async () => {
    const contents = Array.from({ length: 5000 }, (_, index) => Buffer.from(`${index}\n`));
    const stored = Buffer.concat(contents.map((bytes) => frame(bytes)));
    const read = await decompress(stored);
    assert.ok(read.contents.equals(Buffer.concat(contents)));
    assert.equal(read.frames.length, 5000);
    assert.ok(read.pieces <= 10, `${read.pieces} pieces`);
  });

  it("ends with everything before the damage", async () => {
    const contents = Buffer.from(
      Array.from({ length: 400_000 }, (_, index) => (index * index) % 251),
    );
    const stored = frame(contents);
    const flipped = Buffer.from(stored);
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    for (const [what, bytes, message, readable] of [
      ["a wrong checksum", flipped, "the zstd data is damaged", contents.length],
      ["a cut in the last block", stored.subarray(0, -5), "the zstd data is cut off", 128 * 1024],
      ["a cut in the header", stored.subarray(0, 5), "the zstd data is cut off", 0],
      [
        "text behind it",
        Buffer.concat([stored, Buffer.from("text")]),
        "there is something after the end of the zstd data",
        contents.length,
      ],
    ] as const) {
      const read = await decompress(bytes, 1000);
      assert.ok(read.error instanceof CorruptDataError, what);
      assert.equal(read.error.message, message, what);
      assert.ok(read.contents.length >= readable, `${what}: ${read.contents.length} bytes`);
      assert.ok(read.contents.equals(contents.subarray(0, read.contents.length)), what);
    }
  });

  it("that needs a dictionary or a window of more than 128 MiB says so", async () => {
    // Magic number, descriptor with a dictionary id of one byte.
    const withDictionary = Buffer.from("28b52ffd2101", "hex");
    assert.match(String((await decompress(withDictionary)).error), /needs a dictionary/);
    // Window descriptor for 256 MiB, then one empty last block.
    const withWindow = Buffer.from("28b52ffd0090010000", "hex");
    assert.match(String((await decompress(withWindow)).error), /window is over 128 MiB/);
  });
});
