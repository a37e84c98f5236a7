import assert from "node:assert/strict";
import { test } from "node:test";

import { MAX_RETRY_AFTER_MS, retryAfterMs } from "../../../functions/http/retry-after.ts";

const NOW = Date.UTC(2026, 0, 1);

const inDate = (ms: number): string => new Date(NOW + ms).toUTCString();

for (const [what, value, expected] of [
  ["seconds", "3", 3000],
  ["seconds with leading zeros", "007", 7000],
  ["no time", "0", 0],
  ["the longest pause", "60", 60_000],
  ["more than the longest pause", "61", 60_000],
  ["a day", "86400", 60_000],
  ["a month", "2592000", 60_000],
  ["a number beyond all numbers", "9".repeat(400), 60_000],
  ["a date", inDate(5000), 5000],
  ["a date in the past", inDate(-5000), 0],
  ["a date of next month", inDate(2_592_000_000), 60_000],
  ["the longest date there is", "Sat, 13 Sep 275760 00:00:00 GMT", 60_000],
  ["nothing", undefined, 0],
  ["an empty value", "", 0],
  ["a word", "soon", 0],
  ["a negative number", "-1", 0],
  ["a fraction", "1.5", 0],
  ["a number with a unit", "5s", 0],
  ["a number, not text", 5, 0],
  ["several values", ["5", "6"], 0],
] as const)
  test(`Retry-After: ${what}`, () => {
    assert.equal(retryAfterMs(value, NOW), expected);
  });

test("no Retry-After is longer than a minute", () => {
  assert.equal(MAX_RETRY_AFTER_MS, 60_000);
});
