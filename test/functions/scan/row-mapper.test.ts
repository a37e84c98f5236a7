import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { mapRow, type MappedRow } from "../../../functions/scan/row-mapper.ts";

const NOW = Date.UTC(2026, 10, 20);
const MAX_ROW_BYTES = 64 * 1024;
const BEFORE = '{"event":"before"}';

/** Maps a row in the middle of a larger buffer. */
function map(row: string): MappedRow | undefined {
  const bytes = Buffer.from(`${BEFORE}${row},"event":"behind"}`);
  return mapRow(bytes, BEFORE.length, BEFORE.length + Buffer.byteLength(row), NOW);
}

function text({ bytes, start, end }: MappedRow): string {
  return bytes.toString("utf8", start, end);
}

function rowWith(member: string): string {
  return `{"event":"a","time":"1795000000",${member},"z":"1"}`;
}

const MAPPED: readonly (readonly [what: string, row: string, event: string])[] = [
  [
    "Mixpanel's own names",
    '{"event":"a","time":"1795000000","distinct_id":"u","$insert_id":"i-1","n":"01"}',
    '{"event":"a","properties":{"time":1795000000,"distinct_id":"u","$insert_id":"i-1","n":"01"}}',
  ],
  [
    "the names of warehouses, the event's last",
    '{"plan":"pro","insert_id":"i-1","timestamp":"1795000000","event_name":"a"}',
    '{"event":"a","properties":{"plan":"pro","$insert_id":"i-1","time":1795000000}}',
  ],
  [
    "nulls, escapes and characters beyond ASCII",
    '{"n":null,"time":1,"event":"a é\\"","x":null,"$insert_id":null,"s":"\\n😀","t":true,"u":null}',
    '{"event":"a é\\"","properties":{"time":1,"s":"\\n😀","t":true}}',
  ],
];

const KEPT = ["0", "-1", "12345678901234567890123", "1.5", "-0.000001", "123456789.123456"];

/** What `JSON.parse` and `JSON.stringify` write otherwise, or what is left to them. */
const LEFT_OPEN = [
  ...["-0", "1.0", "1.50", "1e5", "1.5E1", "0.0000001", "1234567890.1234567", "01", "1.", "-"],
  ...['"\\/"', '"\\u00e9"', '"\\u001f"', '"\\x"', '"\n"', " 1", "1 ", "[]", "{}", "nul", ""],
].map((value) => `"n":${value}`);

const UNUSUAL = ['"\\n":1', '"2024":1', '"$ignore":true', '"event_name":"b"', '"timestamp":1', "n"];

describe("the event of a row's bytes", () => {
  for (const [what, row, event] of MAPPED)
    it(`is that of the usual columns: ${what}`, () => {
      const mapped = map(row);
      assert.ok(mapped !== undefined);
      assert.equal(text(mapped), event);
      assert.equal(mapped.propertiesEnd, mapped.end - 2);
      assert.equal(mapped.hasInsertId, row.includes('insert_id":"'));
    });

  it("says whether it has an ip, and whether it merges users", () => {
    const row = (event: string, ip: string) => map(`{"event":"${event}","ip":${ip},"time":1}`);
    assert.deepEqual([row("a", '"1"')?.hasIp, row("a", "null")?.hasIp], [true, false]);
    assert.deepEqual([row("$merge", "1")?.isIdentity, row("$m", "1")?.isIdentity], [true, false]);
  });

  for (const value of KEPT)
    it(`has the number ${value} as it is`, () => {
      const mapped = map(rowWith(`"n":${value}`));
      assert.ok(mapped !== undefined && text(mapped).includes(`"n":${value},`));
    });

  for (const member of [...LEFT_OPEN, ...UNUSUAL])
    it(`is left to JSON.parse: ${JSON.stringify(member)}`, () => {
      assert.equal(map(rowWith(member)), undefined);
    });

  const unfit = ['"9"', '"-5"', "1.5", '""', '"007"', '"1e3"', "null", '"9999999999"'].slice(1);
  for (const time of unfit)
    it(`is left to JSON.parse with the time ${time}`, () => {
      assert.equal(map(`{"event":"a","time":${time}}`), undefined);
    });

  it("is left to JSON.parse when there is no event, no time, or anything behind it", () => {
    for (const row of ["", "{", "{}", '{"event":"a"}', '{"time":1}', '{"event":"a","time":1}}'])
      assert.equal(map(row), undefined, row);
  });

  it("is made of rows up to 64 KiB", () => {
    const row = (bytes: number): string => {
      const empty = '{"event":"","timestamp":1,"insert_id":"i"}';
      return empty.replace('""', `"${"e".repeat(bytes - empty.length)}"`);
    };
    const mapped = map(row(MAX_ROW_BYTES));
    assert.equal(mapped && text(mapped).length, MAX_ROW_BYTES + '"properties":{}'.length - 4);
    assert.equal(map(row(MAX_ROW_BYTES + 1)), undefined);
  });

  it("stays what it is when others are made", () => {
    const rows = Array.from(
      { length: 3000 },
      (_, index) => `{"event":"e${index}","time":${index}}`,
    );
    const mapped = rows.map((row) => map(row));
    assert.deepEqual(
      mapped.map((event) => event && text(event)),
      rows.map((_, index) => `{"event":"e${index}","properties":{"time":${index}}}`),
    );
  });
});
