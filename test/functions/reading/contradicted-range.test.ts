import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";

import { systemClock } from "../../../functions/platform/clock.ts";
import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { readStoredBytes, type ReadOptions } from "../../../functions/reading/object-ranges.ts";
import { ObjectGoneError, RANGE_BYTES } from "../../../functions/reading/read-range.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { GENERATION, startLyingBucket, type Lie } from "../support/lying-bucket.ts";

/** A whole range and a bit. */
const CONTENT = randomBytes(RANGE_BYTES + 12_345);
const SIZE = CONTENT.length;
const OBJECT = { bucket: "landing", object: "a.json", generation: GENERATION };
const EMPTY = Buffer.alloc(0);

/** None of the headers of Cloud Storage. */
const FOREIGN = {
  "content-range": undefined,
  "x-goog-generation": undefined,
  "x-goog-stored-content-length": undefined,
};

/** Everything that has been seen or thought of to come instead of a range. */
const LIES: readonly (readonly [string, Lie])[] = [
  ["404", { status: 404 }],
  ["401", { status: 401 }],
  ["403", { status: 403 }],
  ["400", { status: 400 }],
  ["a redirection", { status: 302, headers: { location: "/login" } }],
  ["not modified", { status: 304, body: EMPTY }],
  ["no content", { status: 204, body: EMPTY }],
  ["416", { status: 416, headers: { "content-range": undefined }, body: EMPTY }],
  ["416 of nothing", { status: 416, headers: { "content-range": "bytes */0" }, body: EMPTY }],
  ["416 of less", { status: 416, headers: { "content-range": "bytes */4194304" }, body: EMPTY }],
  ["416 of all", { status: 416, headers: { "content-range": `bytes */${SIZE}` }, body: EMPTY }],
  ["an empty 206", { body: EMPTY }],
  ["less than it says", { body: Buffer.alloc(1000) }],
  ["no place", { headers: { "content-range": undefined } }],
  ["an unknown size", { headers: { "content-range": "bytes 0-4194303/*" } }],
  [
    "several parts",
    {
      headers: { "content-type": "multipart/byteranges; boundary=x", "content-range": undefined },
      body: Buffer.from("--x\r\n\r\n\r\n--x--"),
    },
  ],
  ["another generation", { headers: { "x-goog-generation": "1790000000000002" } }],
  ["another stored size", { headers: { "x-goog-stored-content-length": "5" } }],
  ["a page", { status: 200, headers: FOREIGN, body: Buffer.from("<html>") }],
  ["an empty page", { status: 200, headers: FOREIGN, body: EMPTY }],
  ["a short 200", { status: 200, body: CONTENT.subarray(0, 1000) }],
];

describe("a range that is contradicted", async () => {
  const bucket = await startLyingBucket(CONTENT);

  const read = async (options: Partial<ReadOptions> = {}) => {
    const deadline = deadlineIn(10_000);
    const stored = readStoredBytes(bucket.google, OBJECT, {
      start: 0,
      size: undefined,
      now: systemClock.now,
      deadline,
      ...options,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stored.chunks) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), stored };
  };

  it("is read again: one response that lies changes nothing, wherever it comes", async () => {
    for (const size of [undefined, SIZE])
      for (const place of size === undefined ? [0, RANGE_BYTES] : [RANGE_BYTES])
        for (const [name, lie] of LIES) {
          bucket.tell(({ offset, nth }) => (offset === place && nth === 1 ? lie : undefined));
          const { bytes, stored } = await read({ size });
          const told = `${name} at ${place} of ${size}`;
          assert.equal(bytes.equals(CONTENT), true, told);
          assert.deepEqual([stored.size(), stored.wasHindered()], [SIZE, true], told);
        }
  });

  it("is read again: a smaller or a larger size than that of the first range, or of the notification", async () => {
    for (const [size, place] of [
      [undefined, RANGE_BYTES],
      [SIZE, RANGE_BYTES],
      [SIZE, 0],
    ] as const)
      for (const claimed of [place + 1000, SIZE + 1]) {
        const end = Math.min(place + RANGE_BYTES, claimed);
        const headers = {
          "content-range": `bytes ${place}-${end - 1}/${claimed}`,
          "x-goog-stored-content-length": String(claimed),
        };
        const body = Buffer.alloc(end - place);
        bucket.tell(({ offset, nth }) =>
          offset === place && nth === 1 ? { headers, body } : undefined,
        );
        const { bytes } = await read({ size });
        assert.equal(bytes.equals(CONTENT), true, `${claimed} at ${place}`);
      }
  });

  it("is never an end, however often it comes", async () => {
    const isConclusion = (name: string): boolean => /^40[134]$/.test(name);
    for (const [name, lie] of LIES.filter(([name]) => !isConclusion(name))) {
      bucket.tell(({ offset }) => (offset === RANGE_BYTES ? lie : undefined));
      await assert.rejects(read({ deadline: deadlineIn(60) }), UnavailableError, name);
    }
  });

  it("is believed to be gone or forbidden when that is said three times in a row", async () => {
    for (const [status, type] of [
      [404, ObjectGoneError],
      [401, CredentialsError],
      [403, CredentialsError],
      [400, UnavailableError],
    ] as const)
      for (const place of [0, RANGE_BYTES]) {
        bucket.tell(({ offset }) => (offset === place ? { status } : undefined));
        await assert.rejects(read(), type);
        assert.equal(bucket.asked().filter((offset) => offset === place).length, 3);
      }
  });

  it("is not believed to be gone when other responses come between", async () => {
    bucket.tell(({ nth }) => (nth > 6 ? undefined : { status: nth % 3 === 0 ? 400 : 404 }));
    const { bytes } = await read();
    assert.equal(bytes.equals(CONTENT), true);
  });

  it("is not asked for when the end is where reading starts", async () => {
    bucket.tell(() => undefined);
    const { bytes, stored } = await read({ start: SIZE, size: SIZE });
    assert.deepEqual([bytes.length, stored.size(), bucket.asked()], [0, SIZE, []]);
  });

  it("is the end of an object of unknown size when that is said three times", async () => {
    bucket.tell(() => undefined);
    const { bytes, stored } = await read({ start: SIZE });
    assert.deepEqual([bytes.length, stored.size()], [0, SIZE]);
    assert.deepEqual(bucket.asked(), [SIZE, SIZE, SIZE]);
    bucket.tell(({ nth }) =>
      nth === 1
        ? { status: 416, headers: { "content-range": "bytes */0" }, body: EMPTY }
        : undefined,
    );
    assert.equal((await read()).bytes.equals(CONTENT), true);
  });

  it("contradicts for good what the notification said: nothing is given up, nothing is imported", async () => {
    bucket.tell(() => undefined);
    for (const size of [SIZE - 1, SIZE + 1, 1])
      await assert.rejects(read({ size, deadline: deadlineIn(60) }), UnavailableError);
  });
});
