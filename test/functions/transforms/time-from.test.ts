import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { TimeFormat } from "../../../functions/transforms/parse-time.ts";
import { timeFrom } from "../../../functions/transforms/steps.ts";
import { apply, withProperties } from "./contexts.ts";

type Value = string | number | bigint | boolean | null;

function timeOf(value: Value, format: TimeFormat, zone?: string): unknown {
  const step = timeFrom("at", format, zone === undefined ? {} : { zone });
  const result = apply(step, withProperties({ at: value }));
  return (result as { properties: { time: unknown } }).properties.time;
}

const READ: readonly (readonly [Value, TimeFormat, string | undefined, string])[] = [
  ["2026-01-31T23:59:59.123Z", "iso8601", undefined, "2026-01-31T23:59:59.123Z"],
  ["2026-01-31T23:59:59.123987654Z", "iso8601", undefined, "2026-01-31T23:59:59.123Z"],
  ["2026-01-31 23:59:59 UTC", "iso8601", undefined, "2026-01-31T23:59:59.000Z"],
  ["2026-01-31T23:59+0530", "iso8601", undefined, "2026-01-31T18:29:00.000Z"],
  ["2026-01-31T23:59:59,5-08", "iso8601", undefined, "2026-02-01T07:59:59.500Z"],
  ["2026-01-31T12:00:00+01:00", "iso8601", "Asia/Tokyo", "2026-01-31T11:00:00.000Z"],
  ["2026-01-31 12:00:00", "iso8601", "Europe/Vienna", "2026-01-31T11:00:00.000Z"],
  ["2026-07-31 12:00:00", "iso8601", "Europe/Vienna", "2026-07-31T10:00:00.000Z"],
  ["2026-07-31", "iso8601", "Asia/Kolkata", "2026-07-30T18:30:00.000Z"],
  ["2026-07-31 12:00", "iso8601", "+02:00", "2026-07-31T10:00:00.000Z"],
  ["2026-07-31 12:00", "iso8601", "UTC", "2026-07-31T12:00:00.000Z"],
  // The hour that occurs twice, the one that is skipped, and the minutes around them.
  ["2026-10-25 02:30:00", "iso8601", "Europe/Vienna", "2026-10-25T00:30:00.000Z"],
  ["2026-10-25 03:00:00", "iso8601", "Europe/Vienna", "2026-10-25T02:00:00.000Z"],
  ["2026-03-29 02:30:00", "iso8601", "Europe/Vienna", "2026-03-29T01:30:00.000Z"],
  ["2026-03-29 01:59:00", "iso8601", "Europe/Vienna", "2026-03-29T00:59:00.000Z"],
  [1769903999, "seconds", undefined, "2026-01-31T23:59:59.000Z"],
  ["1769903999.5", "seconds", undefined, "2026-01-31T23:59:59.500Z"],
  [1769903999123, "milliseconds", undefined, "2026-01-31T23:59:59.123Z"],
  ["1769903999123456", "microseconds", undefined, "2026-01-31T23:59:59.123Z"],
  [1769903999123456n, "microseconds", undefined, "2026-01-31T23:59:59.123Z"],
];

describe("timeFrom reads", () => {
  for (const [value, format, zone, expected] of READ)
    test(`${String(value)} as ${format}${zone === undefined ? "" : ` in ${zone}`}`, () => {
      assert.equal(timeOf(value, format, zone), Date.parse(expected));
    });
});

test("a time before March 1973 is given in seconds, which Mixpanel reads right", () => {
  assert.equal(timeOf("1972-01-01T00:00:00Z", "iso8601"), 63_072_000);
});

const REFUSED: readonly (readonly [Value, TimeFormat, RegExp])[] = [
  ["2026-01-31 23:59:59", "iso8601", /^Error: properties\.at: a time without a zone, and no zone/],
  ["2026-01-31", "iso8601", /without a zone/],
  ["2026-02-30T00:00:00Z", "iso8601", /does not exist/],
  ["2026-01-31T24:00:00Z", "iso8601", /does not exist/],
  ["31.01.2026", "iso8601", /not an ISO 8601 time/],
  [1769903999, "iso8601", /not an ISO 8601 time/],
  [1769903999, "milliseconds", /before 1971; is the unit right/],
  [1769903999123, "microseconds", /before 1971/],
  ["soon", "seconds", /not a number of seconds/],
  ["", "seconds", /not a number of seconds/],
  [true, "seconds", /not a number of seconds/],
  [null, "seconds", /properties\.at: missing/],
];

describe("timeFrom refuses", () => {
  for (const [value, format, message] of REFUSED)
    test(`${String(value)} as ${format}, without repeating it`, () => {
      assert.throws(
        () => timeOf(value, format),
        (error: Error) => {
          assert.match(String(error), message);
          assert.ok(value === null || value === "" || !error.message.includes(String(value)));
          return true;
        },
      );
    });
});

test("the field may be anywhere in the record", () => {
  const step = timeFrom(["meta", "sent"], "seconds");
  const record = { event: "E", meta: { sent: 1769903999 }, properties: {} };
  assert.deepEqual(apply(step, record), { ...record, properties: { time: 1769903999000 } });
  assert.throws(() => apply(step, withProperties({})), /^Error: meta\.sent: missing$/);
});

test("a zone that does not exist, or a zone for a count, is told when the transform is loaded", () => {
  assert.throws(() => timeFrom("at", "iso8601", { zone: "Mars/Base" }), /no time zone Mars\/Base/);
  assert.throws(() => timeFrom("at", "seconds", { zone: "UTC" }), /no time zone/);
});
