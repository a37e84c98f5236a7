import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { crc32c, encodeCrc32c } from "../../../local/bucket/crc32c.ts";

describe("crc32c", () => {
  // https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4, and the check value of the CRC catalogue.
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  const vectors = [
    { name: "no bytes", bytes: new Uint8Array(0), expected: 0 },
    { name: "32 zeros", bytes: new Uint8Array(32), expected: 0x8a9136aa },
    { name: "32 ones", bytes: new Uint8Array(32).fill(0xff), expected: 0x62a8ab43 },
    { name: "ascending bytes", bytes: ascending, expected: 0x46dd794e },
    { name: "descending bytes", bytes: ascending.toReversed(), expected: 0x113fdb5c },
    { name: "123456789", bytes: Buffer.from("123456789"), expected: 0xe3069283 },
  ];
  for (const { name, bytes, expected } of vectors)
    it(`gives the published checksum of ${name}`, () => {
      assert.equal(crc32c(bytes), expected);
    });

  it("is the same however the bytes are split", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const whole = crc32c(bytes);
        assert.equal(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut))), whole);
      }),
    );
  });

  it("is spelt as base64 of the most significant byte first", () => {
    assert.equal(encodeCrc32c(0xe3069283), "4waSgw==");
  });
});
