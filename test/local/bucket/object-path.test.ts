import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { describe, it } from "node:test";

import fc from "fast-check";

import { contentPath, isBucketName } from "../../../local/bucket/object-path.ts";

describe("contentPath", () => {
  it("stays in the bucket's folder and within 255 bytes, whatever the name", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.constantFrom("..", ".", "/", "\\", "\0", "\n", "%2F", "%2e%2e", ".uploads"),
    );
    const names = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(name !== "");
        const path = contentPath("/store", { bucket: "landing", name, generation: 1 });

        assert.equal(dirname(path), "/store/landing");
        assert.match(basename(path), /^[A-Za-z0-9_%-][A-Za-z0-9_.%-]*\.1$/);
        assert.ok(Buffer.byteLength(basename(path)) + ".json".length <= 255);
      }),
    );
  });
});

describe("isBucketName", () => {
  const table = [
    { name: "landing", expected: true },
    { name: "my-project.receipts_2", expected: true },
    { name: "..", expected: false },
    { name: "a..b", expected: false },
    { name: ".uploads", expected: false },
    { name: "ab", expected: false },
    { name: "Landing", expected: false },
    { name: "a/b", expected: false },
  ];
  for (const { name, expected } of table)
    it(`${expected ? "accepts" : "refuses"} ${name}`, () => {
      assert.equal(isBucketName(name), expected);
    });
});
