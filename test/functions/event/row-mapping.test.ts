import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { eventOfRow, usualColumns, type RowColumns } from "../../../functions/event/row-mapping.ts";
import type { JsonRecord } from "../../../functions/event/transform-contract.ts";

const NONE: RowColumns = {
  event: undefined,
  time: undefined,
  distinctId: undefined,
  insertId: undefined,
};

/** The event as JSON, so that the order of its properties counts. */
function eventJson(row: string, columns?: Partial<RowColumns>): string {
  const record = JSON.parse(row) as JsonRecord;
  const named = columns === undefined ? usualColumns(record) : { ...NONE, ...columns };
  return JSON.stringify(eventOfRow(record, named));
}

const CASES: readonly (readonly [what: string, row: string, event: string])[] = [
  [
    "Mixpanel's own names",
    '{"event":"a","time":"1795000000","distinct_id":"u","$insert_id":"i","plan":"pro"}',
    '{"event":"a","properties":{"time":1795000000,"distinct_id":"u","$insert_id":"i","plan":"pro"}}',
  ],
  [
    "the names of warehouses, in the row's order",
    '{"plan":"pro","insert_id":"i","timestamp":"1795000000","event_name":"a"}',
    '{"event":"a","properties":{"plan":"pro","$insert_id":"i","time":1795000000}}',
  ],
  [
    "both kinds of names: the others stay properties",
    '{"event":"a","event_name":"b","time":1,"timestamp":2,"$insert_id":"i","insert_id":"j"}',
    '{"event":"a","properties":{"event_name":"b","time":1,"timestamp":2,"$insert_id":"i","insert_id":"j"}}',
  ],
  [
    "text of a time that is no number",
    '{"event":"a","time":"2026-01-01T00:00:00Z"}',
    '{"event":"a","properties":{"time":"2026-01-01T00:00:00Z"}}',
  ],
  [
    "text that looks like numbers and booleans",
    '{"event":"a","zip":"01234","is_trial":"true","amount":"1.50"}',
    '{"event":"a","properties":{"zip":"01234","is_trial":"true","amount":"1.50"}}',
  ],
  ["nulls", '{"event":null,"time":null,"plan":null,"note":""}', '{"properties":{"note":""}}'],
  ["no usual column", '{"a":"1"}', '{"properties":{"a":"1"}}'],
  [
    "names of an object's own",
    '{"event":"a","__proto__":"p","constructor":"c"}',
    '{"event":"a","properties":{"__proto__":"p","constructor":"c"}}',
  ],
];

describe("the event of a row", () => {
  for (const [what, row, event] of CASES)
    it(`is made of the usual columns: ${what}`, () => {
      assert.equal(eventJson(row), event);
    });

  it("is made of the columns that are named, before those that are called so", () => {
    const row = '{"time":"x","created":"1795000000","distinct_id":"d","user":"u","name":"a"}';
    assert.equal(
      eventJson(row, { event: "name", time: "created", distinctId: "user" }),
      '{"event":"a","properties":{"time":1795000000,"distinct_id":"u"}}',
    );
  });

  it("has no name when no own column is called so", () => {
    assert.equal(eventJson("{}", { event: "constructor" }), '{"properties":{}}');
  });
});
