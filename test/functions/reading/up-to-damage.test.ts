import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib, { gunzipSync, gzipSync } from "node:zlib";

import { systemClock } from "../../../functions/platform/clock.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { CorruptDataError } from "../../../functions/reading/corrupt-data.ts";
import type { SmallSteps } from "../../../functions/reading/inflate-member.ts";
import { openObjectRecords, type ResumePoint } from "../../../functions/formats/object-records.ts";
import { upToDamage } from "../../../functions/reading/up-to-damage.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { chunksOf } from "../support/chunks.ts";
import { startLocalBucket } from "../support/local-bucket.ts";

const SYNC_FLUSH = zlib.constants.Z_SYNC_FLUSH;
const GZIP_HEADER = gzipSync("").subarray(0, 10);
/** The third kind of block is reserved: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.3 */
const NO_BLOCK = Buffer.of(0x07);

const TEXT = Array.from({ length: 60_000 }, (_, n) => `${n} ${Math.sin(n)}\n`).join("");

/** A member of which nothing is wrong up to the end of `text`, and what follows is no deflate. */
function endingInDamage(text: string): Buffer {
  const deflated = zlib.deflateRawSync(text, { finishFlush: SYNC_FLUSH });
  return Buffer.concat([GZIP_HEADER, deflated, NO_BLOCK, Buffer.alloc(100, 0x55)]);
}

/** What zlib decompresses of the beginning of gzip; undefined when there is damage in it. */
function inflated(beginning: Buffer): string | undefined {
  try {
    return gunzipSync(beginning, { finishFlush: SYNC_FLUSH }).toString("latin1");
  } catch {
    return undefined;
  }
}

/** All that zlib can decompress of damaged gzip: the longest beginning without damage. */
function readable(bytes: Buffer): string {
  let good = 20;
  for (let bad = bytes.length; bad - good > 1;) {
    const middle = Math.floor((good + bad) / 2);
    if (inflated(bytes.subarray(0, middle)) === undefined) bad = middle;
    else good = middle;
  }
  return inflated(bytes.subarray(0, good)) ?? "";
}

describe("a damaged object", async () => {
  const { server, google } = await startLocalBucket();
  let objects = 0;

  const read = async (bytes: Buffer, from: Partial<ResumePoint> = {}) => {
    const name = `damaged-${objects++}`;
    const { generation } = await server.put("landing", name, bytes);
    const position = { offset: 0, line: 1, member: null, ...from };
    const lines = openObjectRecords(
      google,
      { bucket: "landing", object: name, generation },
      position,
      {
        deadline: deadlineIn(60_000),
        size: bytes.length,
        format: undefined,
        budgetMs: 60_000,
        now: systemClock.now,
      },
    );
    let text = "";
    let error: unknown;
    try {
      for await (const block of lines.blocks) {
        assert.ok(block.kind === "lines");
        text += block.bytes.toString("latin1", block.start, block.end);
        // Whoever sends the records is slower than whoever reads them.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    } catch (failure) {
      error = failure;
    }
    return { text, error };
  };

  it("is read up to the damage, of one member and of several", async () => {
    const half = TEXT.slice(0, TEXT.length / 2);
    for (const [bytes, expected] of [
      [endingInDamage("short"), "short"],
      [Buffer.concat([gzipSync("one\n"), endingInDamage("two\nthr")]), "one\ntwo\nthr"],
      [Buffer.concat([gzipSync(TEXT), endingInDamage(half)]), TEXT + half],
    ] as const) {
      const { text, error } = await read(bytes);
      assert.ok(error instanceof CorruptDataError);
      assert.equal(error.message, "the gzip data is damaged");
      assert.equal(text === expected, true, `${text.length} of ${expected.length}`);
    }
  });

  it("gives no less than zlib can decompress of it, wherever the damage is", async () => {
    const whole = gzipSync(TEXT);
    let damaged = 0;
    for (let at = 1000; at < whole.length - 1000; at += 20_421) {
      const bytes = Buffer.from(whole);
      bytes.fill(0xff, at, at + 600);
      const { text, error } = await read(bytes);
      assert.ok(error instanceof CorruptDataError, String(at));
      if (error.message !== "the gzip data is damaged") continue;
      damaged++;
      const expected = readable(bytes);
      assert.equal(text === expected, true, `${at}: ${text.length} of ${expected.length}`);
    }
    assert.ok(damaged > 3, `${damaged} damaged`);
  });

  it("is read up to the damage by a run that begins shortly before it", async () => {
    const bytes = endingInDamage(TEXT);
    const offset = TEXT.lastIndexOf("\n", TEXT.length - 200) + 1;
    const { text, error } = await read(bytes, {
      offset,
      member: { compressed: 0, decompressed: 0 },
    });
    assert.ok(error instanceof CorruptDataError);
    assert.equal(text, TEXT.slice(offset));
  });
});

describe("reading a damaged member again", () => {
  const damage = new CorruptDataError("damaged", { pieceAt: 100 });

  async function* chunksWith(failure: Error, ...texts: readonly string[]): AsyncGenerator<Buffer> {
    yield* chunksOf(texts.map((text) => Buffer.from(text)));
    throw failure;
  }

  const run = async (readings: readonly AsyncIterable<Buffer>[], isInTime = true) => {
    const asked: (readonly [number, SmallSteps])[] = [];
    const [chunks = chunksOf([]), ...again] = readings;
    const readAgain = (given: number, smallSteps: SmallSteps): AsyncIterable<Buffer> => {
      asked.push([given, smallSteps]);
      return again.shift() ?? assert.fail();
    };
    let text = "";
    const error = await (async () => {
      for await (const chunk of upToDamage(chunks, { readAgain, isInTime: () => isInTime }))
        text += chunk.toString();
    })().catch((failure: unknown) => failure);
    return { asked, text, error };
  };

  it("goes on behind what was given, in ever smaller steps", async () => {
    const closer = new CorruptDataError("damaged", { pieceAt: 300 });
    const readings = [
      chunksWith(damage, "ab", "c"),
      chunksWith(closer, "d"),
      chunksWith(damage, "e"),
    ];
    const { asked, text, error } = await run(readings);
    assert.deepEqual([text, error], ["abcde", damage]);
    assert.deepEqual(asked, [
      [3, { from: 100, length: 32 * 1024, step: 256 }],
      [4, { from: 300, length: 256, step: 1 }],
    ]);
  });

  it("goes on to the end when the damage was on the way", async () => {
    const result = await run([chunksWith(damage, "ab"), chunksOf([Buffer.from("cd")])]);
    assert.deepEqual([result.text, result.error], ["abcd", undefined]);
  });

  it("is not for other failures, nor for damage before which everything was given", async () => {
    for (const failure of [new UnavailableError("away"), new CorruptDataError("checksum")]) {
      const result = await run([chunksWith(failure, "ab")]);
      assert.deepEqual(result, { asked: [], text: "ab", error: failure });
    }
  });

  it("is left to the next run when the time is up, but not again and again", async () => {
    const late = new UnavailableError("out of time");
    for (const [given, isInTime, error] of [
      ["ab", false, late],
      ["", true, late],
      ["", false, damage],
    ] as const) {
      const chunks = chunksWith(damage, ...(given === "" ? [] : [given]));
      const result = await run([chunks, chunksWith(late)], isInTime);
      assert.equal(result.error, error, `${given} ${isInTime}`);
    }
  });
});
