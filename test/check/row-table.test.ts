import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { proposeMapping } from "../../check/propose-mapping.ts";
import { RowTableBuilder } from "../../check/row-table.ts";
import { rowRecord } from "../../functions/formats/row-json.ts";

const START = { offset: 0, line: 2 };

describe("the table of a file of rows", () => {
  it("has its columns in the file's order, with how many rows have a value", () => {
    const columns = ["event", "time", "note", "never"];
    const builder = new RowTableBuilder("a.csv", {
      ...{ name: "csv", delimiter: ";", lineEnd: "lf" },
      columns,
    });
    builder.add(rowRecord('{"time":"1","event":"a"}', START));
    builder.add(rowRecord('{"event":"b","time":"2","note":"x"}', START));
    assert.deepEqual(builder.table(true), {
      file: "a.csv",
      format: "csv",
      delimiter: ";",
      columns: [
        { name: "event", share: 1 },
        { name: "time", share: 1 },
        { name: "note", share: 0.5 },
        { name: "never", share: 0 },
      ],
    });
  });

  it("of a header alone is empty", () => {
    const builder = new RowTableBuilder("a.csv", {
      ...{ name: "csv", delimiter: ",", lineEnd: "lf" },
      columns: ["a", "b"],
    });
    assert.deepEqual(
      builder.table(false).columns.map(({ share }) => share),
      [0, 0],
    );
  });
});

/** The options of the proposal for these columns and their first values; undefined: none. */
function proposed(columns: Readonly<Record<string, unknown>>): string | undefined {
  const samples = Object.entries(columns).map(([name, first]) => ({ name, first }));
  const code = proposeMapping(samples);
  return code?.split("\n").slice(3, -1).join("\n").trim().replaceAll(/\n\s*/g, " ");
}

describe("the proposal of a transform", () => {
  const cases: (readonly [columns: Readonly<Record<string, unknown>>, code: string | undefined])[] =
    [
      [{ event: "a", time: "1795000000", distinct_id: "u" }, undefined],
      [{ event_name: "a", timestamp: "1795000000" }, undefined],
      [{ event: "a", time: null, distinct_id: "u" }, undefined],
      [
        { event: "a", time: "2026-01-01T00:00:00Z", distinct_id: "u" },
        'event: { column: "event" }, time: { column: "time", format: "iso8601" },',
      ],
      [
        { Action: "a", created_at: "2026-01-01 10:00:00", "User ID": "u", user_id: "u" },
        'event: { column: "Action" }, time: { column: "created_at", format: "iso8601", zone: "UTC" }, ' +
          '// or the zone it was written in user: "user_id",',
      ],
      [
        { type: "a", event_timestamp: "1795000000000000", user_pseudo_id: "d", event_id: "i" },
        'event: { column: "type" }, time: { column: "event_timestamp", format: "microseconds" }, ' +
          'device: "user_pseudo_id", insertId: "event_id",',
      ],
      [
        { ts: 1_795_000_000_000, plan: "x" },
        'event: "Row", // the name of all events, or { column: "..." } ' +
          'time: { column: "ts", format: "milliseconds" }, anonymous: true, // no column looks like a user\'s id',
      ],
      [
        { plan: "x" },
        'event: "Row", // the name of all events, or { column: "..." } ' +
          'time: { column: "..." }, // none looks like one anonymous: true, // no column looks like a user\'s id',
      ],
    ];
  cases.push([
    { id: "1", name: "Ada", email: "a@b.c", created_at: "2026-01-01 10:00:00", plan: "x" },
    'distinctId: "id", dates: ["created_at"], zone: "UTC", // or the zone it was written in ' +
      'rename: { name: "$name", email: "$email", created_at: "$created" },',
  ]);
  cases.push([{ $distinct_id: "u", $email: "a@b.c" }, ""]);
  cases.push([
    { user_id: "u", email: "a@b.c", action: "x", created_at: 1795000000 },
    'event: { column: "action" }, time: { column: "created_at", format: "seconds" }, user: "user_id",',
  ]);
  for (const [columns, code] of cases)
    it(`is ${code === undefined ? "left out" : "code"}: ${Object.keys(columns).join(",")}`, () => {
      assert.equal(proposed(columns), code);
    });

  it("has column names as text, whatever is in them", () => {
    assert.match(proposed({ 'a"}); x(': 1, action: "b" }) ?? "", /^event: \{ column: "action" \}/);
  });
});
