import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { judgeRange, type ExpectedRange } from "../../../functions/reading/range-response.ts";

const GENERATION = "1790000000000001";

/** The second of three ranges of 100 bytes, of an object of 250. */
const MIDDLE: ExpectedRange = { generation: GENERATION, offset: 100, maxBytes: 100, size: 250 };
const FIRST: ExpectedRange = { ...MIDDLE, offset: 0, size: undefined };

/** The size it comes to, when it is a range; else the kind of verdict, and why. */
function verdict(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  bytes: number,
  expected: ExpectedRange,
): string | number {
  const response = { status, headers, body: Buffer.alloc(bytes), attempts: 1 };
  const found = judgeRange(response, expected);
  if (found.kind === "range") {
    assert.equal(found.bytes.length, bytes);
    return found.size;
  }
  return found.kind === "contradiction" ? found.text : found.kind;
}

const NO_PLACE = "a range came without its place";
const ELSEWHERE = "another range came than was asked for";
const NOT_WHOLE = "a range did not come as a whole";
const OTHER_SIZE = "the object has another size than before";
const OTHER_STORED_SIZE = "the object has another size than is stored";
const OTHER_GENERATION = "another generation came than was asked for";
const INSIDE = "a range within the object is said to be outside";

describe("what the response to a range means", () => {
  it("is a range only when its place, its length and the size fit", () => {
    for (const [contentRange, bytes, expected] of [
      ["bytes 100-199/250", 100, 250],
      ["Bytes 100-199/250", 100, 250],
      [undefined, 100, NO_PLACE],
      ["", 100, NO_PLACE],
      ["bytes 100-199/*", 100, NO_PLACE],
      ["bytes */250", 100, NO_PLACE],
      ["bytes 100-199/250, bytes 100-199/250", 100, NO_PLACE],
      [["bytes 100-199/250"], 100, NO_PLACE],
      ["bytes 0-99/250", 100, ELSEWHERE],
      ["bytes 101-200/250", 100, ELSEWHERE],
      ["bytes 100-199/251", 100, OTHER_SIZE],
      ["bytes 100-199/200", 100, OTHER_SIZE],
      ["bytes 100-199/2500", 100, OTHER_SIZE],
      ["bytes 100-149/250", 50, NOT_WHOLE],
      ["bytes 100-199/250", 99, NOT_WHOLE],
      ["bytes 100-199/250", 101, NOT_WHOLE],
      ["bytes 100-199/250", 0, NOT_WHOLE],
      ["bytes 100-249/250", 150, NOT_WHOLE],
      ["bytes 100-99/250", 0, NOT_WHOLE],
    ] as const)
      assert.equal(
        verdict(206, { "content-range": contentRange }, bytes, MIDDLE),
        expected,
        `${String(contentRange)}, ${bytes} bytes`,
      );
  });

  it("is not an empty range at the end", () => {
    const atEnd = { ...MIDDLE, offset: 250, size: undefined };
    assert.equal(verdict(206, { "content-range": "bytes 250-249/250" }, 0, atEnd), NOT_WHOLE);
  });

  it("fixes the size with the first range, unless a header contradicts it", () => {
    const headers = { "content-range": "bytes 0-99/250" };
    for (const [more, expected] of [
      [{}, 250],
      [{ "x-goog-stored-content-length": "250" }, 250],
      [{ "x-goog-stored-content-length": "251" }, OTHER_STORED_SIZE],
      [{ "x-goog-generation": GENERATION }, 250],
      [{ "x-goog-generation": "1790000000000002" }, OTHER_GENERATION],
      [{ "x-goog-generation": "" }, OTHER_GENERATION],
    ] as const)
      assert.equal(verdict(206, { ...headers, ...more }, 100, FIRST), expected);
  });

  it("may be a whole object, when something says that it is the right one", () => {
    const own = { "x-goog-generation": GENERATION };
    for (const [headers, bytes, expected, outcome] of [
      [own, 60, FIRST, 60],
      [own, 0, FIRST, "end"],
      [{ ...own, "x-goog-stored-content-length": "60" }, 60, FIRST, 60],
      // Decompressed on the way: https://cloud.google.com/storage/docs/transcoding
      [{ ...own, "x-goog-stored-content-length": "20" }, 60, FIRST, OTHER_STORED_SIZE],
      [own, 59, { ...FIRST, size: 60 }, OTHER_SIZE],
      [own, 0, { ...FIRST, size: 60 }, OTHER_SIZE],
      [{ "x-goog-generation": "2" }, 60, { ...FIRST, size: 60 }, OTHER_GENERATION],
      [{}, 60, { ...FIRST, size: 60 }, 60],
      // A page of a proxy.
      [{}, 60, FIRST, "a response that does not say what it is of"],
      [{}, 0, FIRST, "a response that does not say what it is of"],
      [own, 250, MIDDLE, "the whole object came instead of a range"],
      [own, 100, MIDDLE, "the whole object came instead of a range"],
    ] as const)
      assert.equal(verdict(200, headers, bytes, expected), outcome);
  });

  it("is the end only where nothing says otherwise", () => {
    for (const [contentRange, offset, size, outcome] of [
      ["bytes */0", 0, undefined, "end"],
      ["bytes */0", 0, 0, "end"],
      [undefined, 0, 0, "end"],
      [undefined, 0, undefined, INSIDE],
      ["bytes */0", 0, 250, INSIDE],
      ["bytes */250", 0, undefined, INSIDE],
      ["bytes */250", 0, 250, INSIDE],
      ["bytes */250", 250, 250, "end"],
      ["bytes */250", 250, undefined, "end"],
      [undefined, 250, 250, "end"],
      [undefined, 250, undefined, INSIDE],
      ["bytes */100", 100, 250, INSIDE],
      ["bytes */99", 100, undefined, INSIDE],
      ["bytes */250", 100, 250, INSIDE],
      [undefined, 100, 250, INSIDE],
      ["bytes */x", 100, 250, INSIDE],
    ] as const)
      assert.equal(
        verdict(416, { "content-range": contentRange }, 0, { ...FIRST, offset, size }),
        outcome,
        `${String(contentRange)} at ${offset} of ${size}`,
      );
  });

  it("tells what else may be wrong by its status", () => {
    for (const [status, outcome] of [
      [404, "gone"],
      [401, "forbidden"],
      [403, "forbidden"],
      [204, "unexpected"],
      [302, "unexpected"],
      [304, "unexpected"],
      [400, "unexpected"],
      [407, "unexpected"],
      [410, "unexpected"],
      [412, "unexpected"],
    ] as const)
      assert.equal(verdict(status, {}, 0, MIDDLE), outcome, String(status));
  });
});
