import assert from "node:assert/strict";
import { test } from "node:test";

import { resultTable } from "../../../cli/local/result-table.ts";
import type { Receipt } from "../../../functions/objects/receipt.ts";
import { ZERO_UPDATES } from "../../../functions/records/counters.ts";

const TOTAL = {
  records: { read: 1234, dropped: 2, unusable: 1, used: 1231 },
  events: { produced: 1231, imported: 1230, rejected: 1 },
  ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
  seconds: 2,
  bytes: 5_000_000,
};
const STYLE = { columns: 80 };

function receipt(object: string, overrides: Partial<Receipt> = {}): Receipt {
  return {
    ...{ version: 1, bucket: "b", object, generation: "1", size: 1, state: "complete" },
    records: { read: 2, dropped: 0, unusable: 0, used: 2 },
    events: { produced: 2, imported: 2, rejected: 0, idsAdded: 0 },
    ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
    ...{ bytes: 1e6, requests: 1, retries: 0, runs: 1, code: "", firstError: null },
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:01.000Z",
    ...overrides,
  };
}

function tableOf(receipts: readonly Receipt[], empty: readonly string[] = []): string[] {
  const skippedFiles = empty.map((name) => ({ name, reason: "empty" }));
  return resultTable({ receipts, skippedFiles, messages: undefined, total: TOTAL }, STYLE).split(
    "\n",
  );
}

test("numbers stand in columns, with thousands apart", () => {
  assert.equal(
    resultTable({ receipts: [], skippedFiles: [], messages: TOTAL, total: TOTAL }, STYLE),
    [
      "           read  imported  refused  left out  seconds  MB/s",
      "messages  1,234     1,230        2         2     2.00   2.5",
    ].join("\n"),
  );
});

test("without objects and messages there is no table", () => {
  assert.deepEqual(tableOf([]), [""]);
});

test("an empty file has its row, as one without a record and one that was quarantined", () => {
  const records = { read: 0, dropped: 0, unusable: 0, used: 0 };
  const events = { produced: 0, imported: 0, rejected: 0, idsAdded: 0 };
  const rows = tableOf(
    [receipt("a.gz", { records, events }), receipt("b", { state: "quarantined" })],
    ["c"],
  );

  assert.deepEqual(
    rows.slice(1, 4).map((row) => row.replace(/ +/g, " ")),
    ["a.gz (empty) 0 0 0 0 1.00 1.0", "b (quarantined) 2 2 0 0 1.00 1.0", "c (empty) 0 0 0 0 - -"],
  );
});

test("updates are imported as events are, and those unconfirmed are told apart", () => {
  const events = { produced: 0, imported: 0, rejected: 0, idsAdded: 0 };
  const profiles = { produced: 9, imported: 5, rejected: 1, unconfirmed: 3 };
  const groups = { ...ZERO_UPDATES, produced: 2, imported: 2 };
  const records = { read: 11, dropped: 0, unusable: 0, used: 11 };
  const [, users, mixed] = tableOf([
    receipt("users", { records, events, profiles, groups }),
    receipt("mixed", { groups }),
  ]).map((row) => row.replace(/ +/g, " "));

  assert.equal(users, "users (3 unconfirmed) 11 7 1 0 1.00 1.0");
  assert.equal(mixed, "mixed 2 4 0 0 1.00 1.0");
});

test("no line is longer than the terminal is wide, and names keep their end", () => {
  const records = { read: 1_000_000, dropped: 0, unusable: 1_000_000, used: 10_000_000 };
  const rows = tableOf([
    receipt(`${"folder/".repeat(30)}events-1.ndjson`, { records, state: "quarantined" }),
    receipt("evil\u001b[2J"),
  ]);

  for (const row of rows) assert.ok(row.length <= 80, row);
  assert.match(rows[1] ?? "", /^….*\.ndjson \(quarantined\)/);
  assert.match(rows[2] ?? "", /^evil\\u001b\[2J/);
});

test("of very many files those are shown that did not go well, and the rest is counted", () => {
  const good = Array.from({ length: 30 }, (_, index) => receipt(`good-${index}`));
  const rows = tableOf([...good, receipt("cut", { state: "truncated" })], ["empty"]);

  assert.match(rows[1] ?? "", /^cut \(truncated\)/);
  assert.match(rows[2] ?? "", /^empty \(empty\)/);
  assert.equal(rows.at(-1), "The total holds 12 more files.");
  assert.equal(rows.length, 1 + 20 + 1 + 1);
});
