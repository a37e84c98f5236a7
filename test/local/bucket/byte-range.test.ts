import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { BucketError } from "../../../local/bucket/bucket-error.ts";
import { parseRange } from "../../../local/bucket/byte-range.ts";

describe("parseRange", () => {
  const table = [
    { header: "bytes=0-4", size: 10, expected: { start: 0, end: 5 } },
    { header: "bytes=9-9", size: 10, expected: { start: 9, end: 10 } },
    { header: "bytes=3-", size: 10, expected: { start: 3, end: 10 } },
    { header: "bytes=0-99", size: 10, expected: { start: 0, end: 10 } },
    { header: "bytes=-3", size: 10, expected: { start: 7, end: 10 } },
    { header: "bytes=-99", size: 10, expected: { start: 0, end: 10 } },
    { header: undefined, size: 10, expected: undefined },
    { header: "bytes=5-3", size: 10, expected: undefined },
    { header: "bytes=-", size: 10, expected: undefined },
    { header: "bytes=0-1,4-5", size: 10, expected: undefined },
    { header: "lines=0-1", size: 10, expected: undefined },
  ];
  for (const { header, size, expected } of table)
    it(`reads ${header ?? "no header"} of ${size} bytes as ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(parseRange(header, size), expected);
    });

  const unsatisfiable = [
    { header: "bytes=10-", size: 10 },
    { header: "bytes=10-20", size: 10 },
    { header: "bytes=-0", size: 10 },
    { header: "bytes=0-", size: 0 },
    { header: "bytes=-5", size: 0 },
  ];
  for (const { header, size } of unsatisfiable)
    it(`refuses ${header} of ${size} bytes with 416 and the size`, () => {
      assert.throws(
        () => parseRange(header, size),
        (error) =>
          error instanceof BucketError &&
          error.status === 416 &&
          error.headers["content-range"] === `bytes */${size}`,
      );
    });
});
