import assert from "node:assert/strict";
import { describe, test } from "node:test";

import fc from "fast-check";

import type { Json } from "../../../functions/event/transform-contract.ts";
import { toBoolean, toJson, toNumber } from "../../../functions/transforms/cell-types.ts";

const NUMBERS: readonly (readonly [Json, Json])[] = [
  ["12", 12],
  [" -1.50 ", -1.5],
  ["+.5", 0.5],
  ["5.", 5],
  ["1E3", 1000],
  ["007", 7],
  ["+9007199254740993", 9007199254740993n],
  ["-9007199254740993", -9007199254740993n],
  [7, 7],
  [9007199254740993n, 9007199254740993n],
];

describe("toNumber reads", () => {
  for (const [value, expected] of NUMBERS)
    test(JSON.stringify(typeof value === "bigint" ? `${value}n` : value), () => {
      assert.equal(toNumber(value), expected);
    });
  test("every number and every integer that is written as JSON", () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(double, fc.bigInt()), (number) => {
        const read = toNumber(String(number));
        // As a bigint what no number holds: a double of 21 digits is written with more than it has.
        assert.ok(typeof read === "bigint" ? !Number.isSafeInteger(Number(read)) : true);
        assert.ok(Number(read) === Number(number));
        if (typeof number === "bigint" && !Number.isSafeInteger(Number(number)))
          assert.equal(read, number);
      }),
    );
  });
});

for (const value of [
  "",
  " ",
  "1,5",
  "1 000",
  "0x10",
  "1e999",
  "NaN",
  "12 EUR",
  "٣",
  true,
  [1],
  { a: 1 },
])
  test(`toNumber refuses ${JSON.stringify(value)}, without repeating it`, () => {
    assert.throws(() => toNumber(value), { message: "not a number" });
  });

test("toBoolean reads the usual words in any case, and nothing else", () => {
  for (const value of ["true", "T", "Yes", "y", "1", 1, true, " TRUE "])
    assert.equal(toBoolean(value), true);
  for (const value of ["false", "f", "NO", "n", "0", 0, false])
    assert.equal(toBoolean(value), false);
  for (const value of ["", "2", 2, "on", "truee", {}])
    assert.throws(() => toBoolean(value), { message: "not a boolean such as true, f, yes or 0" });
});

test("toJson leaves what is no text, or blank, as it is", () => {
  for (const value of [7, null, true, ["a"], "", "  "]) assert.equal(toJson(value), value);
  assert.deepEqual(toJson(' {"a": [9007199254740993]} '), { a: [9007199254740993n] });
});
