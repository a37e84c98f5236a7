import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createRandomReads } from "../../../functions/reading/object-ranges.ts";
import { ObjectGoneError, RANGE_BYTES } from "../../../functions/reading/read-range.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { GENERATION, startLyingBucket, type Lie } from "../support/lying-bucket.ts";

const CONTENT = randomBytes(2 * RANGE_BYTES + 12_345);
const SIZE = CONTENT.length;
const OBJECT = { bucket: "landing", object: "a.parquet", generation: GENERATION };

const LIES: readonly Lie[] = [
  { status: 404 },
  { status: 503 },
  { status: 416, headers: { "content-range": `bytes */${SIZE}` }, body: Buffer.alloc(0) },
  { body: Buffer.alloc(10) },
  { headers: { "content-range": `bytes 0-9/${SIZE}` } },
  { headers: { "x-goog-generation": "1790000000000002" } },
  { headers: { "x-goog-stored-content-length": "5" } },
];

describe("parts of an object", async () => {
  const bucket = await startLyingBucket(CONTENT);
  const open = (size: number | undefined, during = 10_000) =>
    createRandomReads(bucket.google, OBJECT, { size, deadline: deadlineIn(during) });

  it("are read in any order, with the size of the whole", async () => {
    bucket.tell(() => undefined);
    for (const size of [undefined, SIZE]) {
      const reads = open(size);
      assert.equal(reads.knownSize(), size ?? 0);
      assert.equal(await reads.size(), SIZE);
      assert.equal(reads.knownSize(), SIZE);
      for (const [offset, length] of [
        [SIZE - 8, 8],
        [0, 4],
        [RANGE_BYTES - 1, 2],
        [100, RANGE_BYTES + 1],
        [0, SIZE],
        [SIZE - 5, 10],
      ] as const) {
        const bytes = await reads.readAt(offset, length);
        assert.equal(bytes.equals(CONTENT.subarray(offset, offset + length)), true, `${offset}`);
      }
    }
  });

  it("are read again when a response lies", async () => {
    for (const lie of LIES) {
      bucket.tell(({ nth }) => (nth === 1 ? lie : undefined));
      const bytes = await open(SIZE).readAt(1000, 100);
      assert.equal(bytes.equals(CONTENT.subarray(1000, 1100)), true, JSON.stringify(lie));
    }
  });

  it("are gone, or wait for the next run, only when that is said again and again", async () => {
    bucket.tell(() => ({ status: 404 }));
    await assert.rejects(open(SIZE).readAt(0, 10), ObjectGoneError);
    bucket.tell(() => ({ status: 503 }));
    await assert.rejects(open(SIZE, 300).readAt(0, 10), UnavailableError);
  });
});
