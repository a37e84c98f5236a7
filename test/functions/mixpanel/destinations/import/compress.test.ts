import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";

import fc from "fast-check";

import { createCompress } from "../../../../../functions/mixpanel/destinations/import/compress.ts";

describe("compressing a request", () => {
  it("makes a gzip member of its own of everything, with the same compressor", async () => {
    const compress = createCompress(1);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        assert.deepEqual([...gunzipSync(await compress(Buffer.from(bytes)))], [...bytes]);
      }),
    );
  });

  it("takes what does not compress, and is larger than a chunk", async () => {
    const compress = createCompress(1);
    for (const bytes of [1_999_999, 512 * 1024, 1, 3_000_000]) {
      const data = randomBytes(bytes);
      assert.equal(gunzipSync(await compress(data)).equals(data), true);
    }
  });

  it("compresses side by side, also more than it keeps compressors", async () => {
    const compress = createCompress(2);
    const inputs = Array.from({ length: 7 }, (_, index) => Buffer.alloc(300_000, index));
    for (let round = 0; round < 3; round++) {
      const outputs = await Promise.all(inputs.map(compress));
      outputs.forEach((output, index) => {
        assert.equal(gunzipSync(output).equals(inputs[index] ?? Buffer.alloc(0)), true);
      });
    }
  });

  it("leaves alone what it has given away", async () => {
    const compress = createCompress(1);
    const first = await compress(Buffer.from("first"));
    const copy = Buffer.from(first);
    await compress(randomBytes(1_000_000));
    assert.equal(first.equals(copy), true);
  });
});
