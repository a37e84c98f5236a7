import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { unzip } from "../../local/deployment/unzip.ts";
import { zip } from "../../local/deployment/zip.ts";

/** `a.txt` with `hello`, stored and not deflated. */
const STORED = Buffer.from(
  "UEsDBAoAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAQIeAwoAAAAAAAAAIQCGphA2BQAAAAUAAAAF" +
    "AAAAAAAAAAAAAACkgQAAAABhLnR4dFBLBQYAAAAAAQABADMAAAAoAAAAAAA=",
  "base64",
);

test("what was packed comes out, byte for byte", () => {
  const file = fc.tuple(fc.stringMatching(/^[a-z]{1,8}(\/[a-z.é]{1,8}x)?$/), fc.uint8Array());
  fc.assert(
    fc.property(fc.array(file), (files) => {
      const packed = Object.fromEntries(files);
      const unpacked = Object.fromEntries(unzip(zip(packed)));
      assert.deepEqual(
        Object.entries(unpacked).map(([name, bytes]) => [name, bytes.toString("hex")]),
        Object.entries(packed)
          .map(([name, bytes]) => [name, Buffer.from(bytes).toString("hex")])
          .sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
      );
    }),
  );
});

test("files that are stored are read", () => {
  assert.equal(unzip(STORED).get("a.txt")?.toString(), "hello");
});

test("a file outside of the archive's folder is refused", () => {
  for (const name of ["../x", "/x", "a/../../x", "C:x", "..\\x"])
    assert.throws(() => unzip(zip({ [name]: Buffer.from("x") })), /has a file outside of it/);
});

test("what is cut off, or not an archive, is refused in one line", () => {
  const whole = zip({ "index.js": Buffer.from("x".repeat(100)) });
  for (let length = 0; length < whole.length; length += 1)
    assert.throws(() => unzip(whole.subarray(0, length)), { name: "UserError" });
  assert.throws(() => unzip(Buffer.from("no archive at all, though long enough")), /no directory/);
});
