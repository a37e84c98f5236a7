import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib, { gzipSync } from "node:zlib";

import { CorruptDataError } from "../../../functions/reading/corrupt-data.ts";
import { piecesOf } from "../support/chunks.ts";
import { LINES, memberWith, readGzip } from "../support/gunzipped.ts";

/** What zlib itself can read of a file that is cut off. */
function readable(bytes: Buffer): string {
  return zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString("latin1");
}

describe("damaged gzip", () => {
  it("gives all that can be read before something else that follows", async () => {
    for (const garbage of ["x", "garbage", "\0\0x", "\x1fx"]) {
      const { text, error } = await readGzip([gzipSync(LINES), Buffer.from(garbage, "latin1")]);
      assert.ok(error instanceof CorruptDataError);
      assert.equal(error.message, "there is something after the end of the gzip data");
      assert.equal(text, LINES);
    }
  });

  it("gives all that can be read of a file cut off anywhere, and says so", async () => {
    const bytes = Buffer.concat([
      gzipSync(LINES.slice(0, 600)),
      gzipSync("two"),
      gzipSync("three"),
    ]);
    const starts = [0, gzipSync(LINES.slice(0, 600)).length];
    starts.push((starts[1] ?? 0) + gzipSync("two").length);
    for (let length = 3; length < bytes.length; length++) {
      const { text, error } = await readGzip([bytes.subarray(0, length)]);
      if (starts.includes(length)) {
        assert.equal(error, undefined, String(length));
        continue;
      }
      assert.ok(error instanceof CorruptDataError, String(length));
      const isOneByte = starts.includes(length - 1);
      assert.match(error.message, isOneByte ? /after the end/ : /cut off/, String(length));
      const wholeHeader = starts.findLast((start) => start + 10 <= length) ?? -1;
      const expected = wholeHeader === -1 ? "" : readable(bytes.subarray(0, length));
      if (starts.every((start) => length <= start || length >= start + 10))
        assert.equal(text, expected, String(length));
    }
  });

  it("gives all that can be read of a large file cut off", async () => {
    const large = Array.from({ length: 60_000 }, (_, n) => `${n} ${Math.sin(n)}\n`).join("");
    const bytes = gzipSync(large);
    for (const share of [0.3, 0.9]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      const { text, error } = await readGzip(piecesOf(cut, 100_000));
      assert.ok(error instanceof CorruptDataError);
      assert.equal(text.length, readable(cut).length);
      assert.ok(large.startsWith(text));
    }
  });

  it("finds every flipped bit of the data and its trailer", async () => {
    const good = gzipSync(LINES.slice(0, 400));
    for (let bit = 80; bit < good.length * 8; bit += 3) {
      const bytes = Buffer.from(good);
      const at = bit >> 3;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
      const { error, text } = await readGzip([bytes]);
      // The last byte before the trailer may have bits that mean nothing.
      const isHarmless = error === undefined && at === good.length - 9;
      if (isHarmless) assert.equal(text, LINES.slice(0, 400));
      else assert.ok(error instanceof CorruptDataError, `bit ${bit}: ${String(error)}`);
    }
  });

  it("finds a wrong checksum or length of any member, and gives all before, and that member", async () => {
    const texts = ["first", LINES, "x".repeat(600_000), "last"];
    for (const [index] of texts.entries())
      for (const fromEnd of [1, 4, 5, 8]) {
        const members = texts.map((text) => Buffer.from(gzipSync(text)));
        const bad = members[index] ?? Buffer.alloc(8);
        bad.writeUInt8(bad.readUInt8(bad.length - fromEnd) ^ 0x80, bad.length - fromEnd);
        const { error, text } = await readGzip(piecesOf(Buffer.concat(members), 100_000));
        assert.ok(error instanceof CorruptDataError);
        assert.match(error.message, /checksum/);
        assert.equal(text === texts.slice(0, index + 1).join(""), true, `${index}, ${fromEnd}`);
      }
  });

  it("refuses an unknown compression method and a name without an end", async () => {
    const method = gzipSync("x");
    method[2] = 7;
    const { error } = await readGzip([method]);
    assert.ok(error instanceof CorruptDataError);
    const endless = memberWith({ flags: 8, header: Buffer.alloc(400_000, 0x61) }, "");
    const { error: second } = await readGzip(piecesOf(endless, 50_000));
    assert.ok(second instanceof CorruptDataError);
  });
});
