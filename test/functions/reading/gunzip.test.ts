import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib, { gzipSync } from "node:zlib";

import fc from "fast-check";

import { gunzip } from "../../../functions/reading/gunzip.ts";
import { isGzip } from "../../../functions/reading/gzip-header.ts";
import { chunksOf, cutAt, cuts, piecesOf } from "../support/chunks.ts";
import { LINES, memberWith, readGzip } from "../support/gunzipped.ts";

/** CPU time in microseconds. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

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
          const got = await readGzip(cutAt(Buffer.concat(members), places));
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
    const { text, members } = await readGzip(piecesOf(bytes, 1));
    assert.equal(text, `${LINES}end`);
    assert.equal(members.length, 3);
  });

  it("reads what is much larger than its buffers", async () => {
    const large = LINES.repeat(400);
    const bytes = Buffer.concat([gzipSync(large), gzipSync(large, { level: 0 })]);
    const { text, error } = await readGzip(piecesOf(bytes, 60_000));
    assert.equal(error, undefined);
    assert.equal(text === large + large, true);
  });

  it("goes on from the start of a member", async () => {
    const [first, second] = [gzipSync("first"), gzipSync("second")];
    const start = { compressed: first.length, decompressed: 5 };
    const { text, members } = await readGzip([second], start);
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
        const { text, error } = await readGzip(piecesOf(bytes, length));
        assert.equal(error, undefined);
        assert.equal(text, "onetwo");
      }
    }
  });

  it("takes many zeros after the last member as padding", async () => {
    for (const length of [1, 5, 100_000]) {
      const bytes = Buffer.concat([gzipSync("x"), Buffer.alloc(1000)]);
      const { text, error } = await readGzip(piecesOf(bytes, length));
      assert.equal(error, undefined);
      assert.equal(text, "x");
    }
  });

  it("passes over white space and zeros between members and after the last one", async () => {
    for (const padding of ["\n", "\r\n", " \t\n\v\f", "\0\0\n\0", "\n".repeat(70_000)])
      for (const length of [1000, 1_000_000]) {
        const bytes = Buffer.from(padding);
        const parts = [gzipSync("one"), bytes, gzipSync(LINES), bytes, gzipSync("two"), bytes];
        const got = await readGzip(piecesOf(Buffer.concat(parts), length));
        assert.equal(got.error, undefined);
        assert.equal(got.text, `one${LINES}two`);
        const [first = Buffer.alloc(0)] = parts;
        assert.equal(got.members[1]?.compressed, first.length + bytes.length);
      }
  });

  it("costs little more for tiny members than decompressing them", async () => {
    const members = Array.from({ length: 3000 }, (_, n) => gzipSync(`{"n":${n}}\n`));
    const bytes = Buffer.concat(members);
    const drain = async (): Promise<void> => {
      for await (const piece of gunzip(chunksOf([bytes]), () => undefined)) assert.ok(piece);
    };
    const inflate = (): Promise<void> => {
      for (const member of members) zlib.inflateRawSync(member.subarray(10, -8));
      return Promise.resolve();
    };
    await drain();
    const [cost, least] = [await cpuOf(drain), await cpuOf(inflate)];
    assert.ok(cost < 8 * least, `${cost} and ${least} µs`);
  });

  it("lets others have their turn between tiny members, even when nothing comes of them", async () => {
    const bytes = Buffer.concat(Array.from({ length: 20_000 }, () => gzipSync("")));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for await (const piece of gunzip(chunksOf([bytes]), () => undefined)) assert.ok(piece);
    clearInterval(timer);
    assert.ok(turns > 5, String(turns));
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
