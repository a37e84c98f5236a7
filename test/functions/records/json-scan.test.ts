import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { arrayElements, isWholeArray } from "../../../functions/records/json-array.ts";
import { scanObject } from "../../../functions/records/json-scan.ts";

/** JSON text with indentation of some kind. */
const spaced = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<string> =>
  fc
    .tuple(value, fc.constantFrom("", " ", "\t", "\r\n  "))
    .map(([member, space]) => JSON.stringify(member, undefined, space));

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

  it("finds the elements of an array", () => {
    fc.assert(
      fc.property(spaced(fc.array(fc.jsonValue(), { maxLength: 6 })), (text) => {
        const bytes = Buffer.from(text);
        assert.ok(isWholeArray(bytes, 0, bytes.length));
        const found = [...arrayElements(bytes, 0)].map(
          ({ start, end }) => JSON.parse(bytes.toString("utf8", start, end)) as unknown,
        );
        assert.deepEqual(found, JSON.parse(text));
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
