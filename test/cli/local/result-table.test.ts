import assert from "node:assert/strict";
import { test } from "node:test";

import { reasonTable, resultTable } from "../../../cli/local/result-table.ts";

const MESSAGES = {
  records: { read: 1234, dropped: 0, unusable: 1, used: 1233 },
  events: { produced: 1233, imported: 1233, rejected: 0 },
  seconds: 2,
  bytes: 5_000_000,
};

test("numbers stand in columns, with thousands apart", () => {
  assert.equal(
    resultTable([], MESSAGES, MESSAGES),
    [
      "           read  imported  rejected  unusable  dropped  seconds  MB/s",
      "messages  1,234     1,233         0         1        0     2.00   2.5",
    ].join("\n"),
  );
});

test("without objects and messages there is no table", () => {
  assert.equal(resultTable([], undefined, MESSAGES), "");
});

test("reasons are told with field, text and one place", () => {
  const groups = [
    { reason: "invalid", field: "time", error: "missing", records: 1200, sample: "a line 3" },
    { reason: "malformed", field: "", error: "not valid JSON", records: 1, sample: "message 7" },
  ];

  assert.equal(
    reasonTable({ records: 1201, byReason: {}, groups, undelivered: 0 }),
    [
      "records  reason     problem         where",
      "  1,200  invalid    time: missing   e.g. a line 3",
      "      1  malformed  not valid JSON  e.g. message 7",
    ].join("\n"),
  );
});

test("of many reasons the most frequent are shown and the rest is counted", () => {
  const groups = Array.from({ length: 15 }, (_, index) => ({
    reason: "rejected",
    field: "",
    error: `error ${index} ${"long ".repeat(50)}`,
    records: 15 - index,
    sample: "a line 1",
  }));

  const lines = reasonTable({ records: 120, byReason: {}, groups, undelivered: 0 }).split("\n");

  assert.equal(lines.length, 12);
  assert.equal(lines.at(-1), "and 5 more problems");
  assert.ok(lines.every((line) => line.length < 150));
});
