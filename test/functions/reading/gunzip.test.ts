import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib, { gzipSync } from "node:zlib";

import fc from "fast-check";

import {
  CorruptGzipError,
  gunzip,
  isGzip,
  type MemberBoundary,
} from "../../../functions/reading/gunzip.ts";
import { chunksOf, cutAt, cuts, piecesOf } from "../support/chunks.ts";

interface Gunzipped {
  readonly text: string;
  readonly members: readonly MemberBoundary[];
  readonly error: unknown;
}

/** All that can be read, and how it ended. */
async function read(chunks: Iterable<Uint8Array>, start?: MemberBoundary): Promise<Gunzipped> {
  const pieces: Buffer[] = [];
  const members: MemberBoundary[] = [];
  try {
    for await (const piece of gunzip(chunksOf(chunks), (member) => members.push(member), start)) {
      pieces.push(piece);
      // A reader is slower than its source: what is read must survive until it is fetched.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { text: Buffer.concat(pieces).toString("latin1"), members, error: undefined };
  } catch (error) {
    return { text: Buffer.concat(pieces).toString("latin1"), members, error };
  }
}

/** What zlib itself can read of a file that is cut off. */
function readable(bytes: Buffer): string {
  return zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString("latin1");
}

/** One member with the header fields that are given. */
function memberWith(fields: { flags: number; header: Buffer }, text: string): Buffer {
  const plain = gzipSync(text);
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = fields.flags;
  return Buffer.concat([head, fields.header, plain.subarray(10)]);
}

const LINES = Array.from({ length: 300 }, (_, n) => `{"n":${n},"r":"${Math.sin(n)}"}\n`).join("");

describe("gunzip", () => {
  it("reads any members in any chunks, and tells where each begins", async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constant(""),
      fc.constant("x".repeat(5000)),
      fc.constant(LINES),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        cuts(400),
        async (texts, places) => {
          const members = texts.map((member) => gzipSync(member));
          const expected = texts.map((_, index) => ({
            compressed: Buffer.concat(members.slice(0, index)).length,
            decompressed: Buffer.from(texts.slice(0, index).join("")).length,
          }));
          const got = await read(cutAt(Buffer.concat(members), places));
          assert.equal(got.error, undefined);
          assert.equal(got.text, Buffer.from(texts.join("")).toString("latin1"));
          assert.deepEqual(got.members, expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("reads byte by byte", async () => {
    const bytes = Buffer.concat([gzipSync(LINES), gzipSync(""), gzipSync("end")]);
    const { text, members } = await read(piecesOf(bytes, 1));
    assert.equal(text, `${LINES}end`);
    assert.equal(members.length, 3);
  });

  it("reads what is much larger than its buffers", async () => {
    const large = LINES.repeat(400);
    const bytes = Buffer.concat([gzipSync(large), gzipSync(large, { level: 0 })]);
    const { text, error } = await read(piecesOf(bytes, 60_000));
    assert.equal(error, undefined);
    assert.equal(text === large + large, true);
  });

  it("goes on from the start of a member", async () => {
    const [first, second] = [gzipSync("first"), gzipSync("second")];
    const start = { compressed: first.length, decompressed: 5 };
    const { text, members } = await read([second], start);
    assert.equal(text, "second");
    assert.deepEqual(members, [start]);
  });

  it("skips every kind of header", async () => {
    const extra = Buffer.concat([Buffer.from([3, 0]), Buffer.from("abc")]);
    const name = Buffer.from("name.json\0");
    const long = Buffer.from(`${"n".repeat(3000)}\0`);
    const checksum = Buffer.from([1, 2]);
    for (const fields of [
      { flags: 1, header: Buffer.alloc(0) },
      { flags: 4, header: extra },
      { flags: 8, header: name },
      { flags: 8, header: long },
      { flags: 16, header: Buffer.from("comment\0") },
      { flags: 2, header: checksum },
      { flags: 31, header: Buffer.concat([extra, name, Buffer.from("\0"), checksum]) },
    ]) {
      const bytes = Buffer.concat([memberWith(fields, "one"), memberWith(fields, "two")]);
      for (const length of [1, 7, bytes.length]) {
        const { text, error } = await read(piecesOf(bytes, length));
        assert.equal(error, undefined);
        assert.equal(text, "onetwo");
      }
    }
  });

  it("takes zero bytes after the last member as padding", async () => {
    for (const length of [1, 5, 100_000]) {
      const bytes = Buffer.concat([gzipSync("x"), Buffer.alloc(1000)]);
      const { text, error } = await read(piecesOf(bytes, length));
      assert.equal(error, undefined);
      assert.equal(text, "x");
    }
  });

  it("gives all that can be read before something else that follows", async () => {
    for (const garbage of ["x", "garbage", "\0\0x", "\x1fx"]) {
      const { text, error } = await read([gzipSync(LINES), Buffer.from(garbage, "latin1")]);
      assert.ok(error instanceof CorruptGzipError);
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
      const { text, error } = await read([bytes.subarray(0, length)]);
      if (starts.includes(length)) {
        assert.equal(error, undefined, String(length));
        continue;
      }
      assert.ok(error instanceof CorruptGzipError, String(length));
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
      const { text, error } = await read(piecesOf(cut, 100_000));
      assert.ok(error instanceof CorruptGzipError);
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
      const { error, text } = await read([bytes]);
      // The last byte before the trailer may have bits that mean nothing.
      const isHarmless = error === undefined && at === good.length - 9;
      if (isHarmless) assert.equal(text, LINES.slice(0, 400));
      else assert.ok(error instanceof CorruptGzipError, `bit ${bit}: ${String(error)}`);
    }
  });

  it("refuses an unknown compression method and a name without an end", async () => {
    const method = gzipSync("x");
    method[2] = 7;
    const { error } = await read([method]);
    assert.ok(error instanceof CorruptGzipError);
    const endless = memberWith({ flags: 8, header: Buffer.alloc(400_000, 0x61) }, "");
    const { error: second } = await read(piecesOf(endless, 50_000));
    assert.ok(second instanceof CorruptGzipError);
  });

  it("throws what its source throws, and ends the source", async () => {
    const failure = new Error("the source failed");
    const bytes = gzipSync(LINES.repeat(50));
    async function* failing(): AsyncGenerator<Buffer> {
      yield bytes.subarray(0, 100);
      await Promise.resolve();
      throw failure;
    }
    await assert.rejects(
      async () => {
        for await (const piece of gunzip(failing(), () => undefined)) assert.ok(piece);
      },
      (error) => error === failure,
    );
  });

  it("ends its source when nobody wants more", async () => {
    let isEnded = false;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        const bytes = gzipSync(LINES.repeat(400), { level: 0 });
        for (const piece of piecesOf(bytes, 300_000)) {
          await Promise.resolve();
          yield piece;
        }
      } finally {
        isEnded = true;
      }
    }
    for await (const piece of gunzip(source(), () => undefined)) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.equal(isEnded, true);
  });

  it("is told by the first two bytes", () => {
    assert.equal(isGzip(gzipSync("")), true);
    for (const bytes of [[], [0x1f], [0x8b, 0x1f], [0x7b, 0x22]])
      assert.equal(isGzip(Buffer.from(bytes)), false);
  });
});
