import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { scanObject } from "../../../functions/records/json-scan.ts";

const members = fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.jsonValue()), {
  maxLength: 6,
});

describe("the scan of JSON", () => {
  it("finds the members of an object with their keys and values", () => {
    fc.assert(
      fc.property(members, fc.constantFrom("", " ", "\n\t"), (pairs, gap) => {
        const written = pairs.map(
          ([key, value]) => `${JSON.stringify(key)}${gap}:${gap}${JSON.stringify(value)}`,
        );
        const bytes = Buffer.from(`xx${gap}{${gap}${written.join(`${gap},${gap}`)}${gap}}`);
        const open = bytes.indexOf("{");
        const found = scanObject(bytes, open).map(({ key, keyStart, value }) => {
          assert.equal(bytes[keyStart], 0x22);
          return [key, bytes.toString("utf8", value.start, value.end)];
        });
        assert.deepEqual(
          found,
          pairs.map(([key, value]) => [key, JSON.stringify(value)]),
        );
      }),
    );
  });

  it("gives duplicates in the order of the bytes, and decodes escapes in keys", () => {
    const bytes = Buffer.from('{"a":1,"\\u0061":2,"\\"}":"\\\\"}');
    assert.deepEqual(
      scanObject(bytes, 0).map(({ key, value }) => [
        key,
        bytes.toString("utf8", value.start, value.end),
      ]),
      [
        ["a", "1"],
        ["a", "2"],
        ['"}', '"\\\\"'],
      ],
    );
  });
});
