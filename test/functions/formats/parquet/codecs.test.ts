import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib from "node:zlib";

import fc from "fast-check";

import { decompressPage } from "../../../../functions/formats/parquet/codecs.ts";
import { CorruptDataError } from "../../../../functions/reading/corrupt-data.ts";

const [NONE, SNAPPY, GZIP, , BROTLI, LZ4, ZSTD, LZ4_RAW] = [0, 1, 2, 3, 4, 5, 6, 7] as const;

const TEXT = Buffer.from("Parquet Parquet Parquet Parquet, and so on, and so on, and so on");

/** Blocks written by hand: a literal, a copy that overlaps itself, a literal. */
const SNAPPY_TEXT = Buffer.concat([
  Buffer.from([23, 7 << 2]),
  Buffer.from("Parquet "),
  // Fifteen bytes from eight bytes back, in two copies of the short and the long kind.
  Buffer.from([((8 - 4) << 2) | 1, 8, ((7 - 1) << 2) | 2, 8, 0]),
]);
const REPEATED = Buffer.from("Parquet Parquet Parquet");
const LZ4_TEXT = Buffer.concat([
  Buffer.from([(8 << 4) | (10 - 4)]),
  Buffer.from("Parquet "),
  Buffer.from([8, 0, 5 << 4]),
  Buffer.from("rquet"),
]);

function framed(block: Buffer, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length, 0);
  head.writeUInt32BE(block.length, 4);
  return Buffer.concat([head, block]);
}

const GOOD: readonly (readonly [string, number, Buffer, Buffer])[] = [
  ["nothing", NONE, TEXT, TEXT],
  ["snappy", SNAPPY, SNAPPY_TEXT, REPEATED],
  ["gzip", GZIP, zlib.gzipSync(TEXT), TEXT],
  [
    "gzip of two members",
    GZIP,
    Buffer.concat([zlib.gzipSync(TEXT), zlib.gzipSync(TEXT)]),
    Buffer.concat([TEXT, TEXT]),
  ],
  ["brotli", BROTLI, zlib.brotliCompressSync(TEXT), TEXT],
  ["zstd", ZSTD, zlib.zstdCompressSync(TEXT), TEXT],
  [
    "zstd of two frames",
    ZSTD,
    Buffer.concat([zlib.zstdCompressSync(TEXT), zlib.zstdCompressSync(TEXT)]),
    Buffer.concat([TEXT, TEXT]),
  ],
  ["an LZ4 block", LZ4_RAW, LZ4_TEXT, REPEATED],
  ["LZ4 without Hadoop's frame", LZ4, LZ4_TEXT, REPEATED],
  [
    "LZ4 in Hadoop's frames",
    LZ4,
    Buffer.concat([framed(LZ4_TEXT, 23), framed(LZ4_TEXT, 23)]),
    Buffer.concat([REPEATED, REPEATED]),
  ],
];

describe("a page", () => {
  for (const [name, codec, input, output] of GOOD)
    it(`of ${name} is decompressed, and has to be as long as it should`, () => {
      assert.deepEqual(decompressPage(codec, input, output.length), output);
      for (const length of [0, output.length - 1, output.length + 1])
        assert.throws(() => decompressPage(codec, input, length), CorruptDataError);
      if (codec === NONE) return;
      for (let end = 0; end < input.length; end++)
        assert.throws(() => decompressPage(codec, input.subarray(0, end), output.length));
    });

  it("without anything in it needs no compressed data", () => {
    for (const [, codec] of GOOD) assert.equal(decompressPage(codec, Buffer.alloc(0), 0).length, 0);
  });

  it("of arbitrary bytes ends, in no more memory than it should take", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.constantFrom(SNAPPY, LZ4, LZ4_RAW, ZSTD), (input, codec) => {
        try {
          assert.equal(decompressPage(codec, Buffer.from(input), 100).length, 100);
        } catch (error) {
          assert.ok(error instanceof CorruptDataError, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("whose lengths lead backwards ends", () => {
    // A literal of 2^32 - 5 bytes: taken for a signed number it would be read over and over.
    const backwards = Buffer.from([20, 0, 65, 0xfc, 0xfa, 0xff, 0xff, 0xff, 1, 1, 1, 1]);
    assert.throws(() => decompressPage(SNAPPY, backwards, 20), CorruptDataError);
  });
});
