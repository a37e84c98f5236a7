import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import fc from "fast-check";

import type { DeadLetter } from "../../../cli/replay/letter.ts";
import { recordsOf, toRecordMessages } from "../../../cli/replay/letter-records.ts";
import { createPartsCollector } from "../../../cli/replay/parts.ts";
import { nameResults } from "../../../cli/replay/repaired-ids.ts";
import { repairRecord, sourceFor } from "../../../cli/replay/repair.ts";
import { syntheticInsertId } from "../../../functions/records/insert-id.ts";
import { toDeadLetters, type DeadRecord } from "../../../functions/records/dead-letter.ts";
import { deadLetter } from "./dead-letters.ts";

function letter(data: Buffer, attributes: Readonly<Record<string, string>>): DeadLetter {
  return { messageId: "9", publishTime: "", attributes, data };
}

const ORIGIN = {
  ...{ source: "gs://b/o#1", original: {}, hasLines: true, replays: 0 },
  attributes: { bucketId: "b", objectId: "o", objectGeneration: "1" },
};
const records = fc
  .uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 60 })
  .chain((lines) =>
    fc.tuple(...lines.sort((a, b) => a - b).map((line) => fc.tuple(fc.constant(line), text))),
  );
const text = fc.constantFrom("{}", "[1]", "a,b", '{"a":"b"}', "x\ny");

test("what the functions put into dead letters comes out of them, and goes in again", () => {
  fc.assert(
    fc.property(records, (some) => {
      const dead = some.map(([line, bytes]): DeadRecord => {
        const problem = { reason: "malformed", field: "", error: "no" } as const;
        return { problem, bytes: Buffer.from(bytes), line: line + 1 };
      });
      const letters = toDeadLetters(dead, ORIGIN, "bytes");
      const read = letters.flatMap(({ data, attributes }) => recordsOf(letter(data, attributes)));
      assert.deepEqual(
        read.map(({ bytes, line }) => [line, bytes.toString()]),
        dead.map(({ bytes, line }) => [line, bytes.toString()]),
      );
      for (const { data, attributes } of letters) {
        const again = toRecordMessages(recordsOf(letter(data, attributes)), attributes);
        assert.deepEqual(again, [{ data, attributes }]);
      }
    }),
  );
});

test("a letter that somebody has edited has the records of its lines, but no lines in the object", () => {
  const attributes = { records: "3", lines: "3-5" };
  assert.deepEqual(
    recordsOf(letter(Buffer.from("{}\n\n[]\n"), attributes)).map(({ bytes, line }) => [
      line,
      bytes.toString(),
    ]),
    [
      [undefined, "{}"],
      [undefined, "[]"],
    ],
  );
});

test("what is too large for a message goes in gzip, and what is compressed already does not", () => {
  const large = Buffer.alloc(8_000_000, "abc");
  const [message] = toRecordMessages([{ bytes: large, line: undefined }], {}) ?? [];
  assert.ok(gunzipSync(message?.data ?? "").equals(large));
  large.set([0x1f, 0x8b, 8]);
  assert.equal(toRecordMessages([{ bytes: large, line: undefined }], {}), undefined);
});

test("parts come together in any order, of each record its own", () => {
  const bytes = Buffer.from("abcdefghij");
  const part = (number: number, id: string): DeadLetter => ({
    ...letter(bytes.subarray((number - 1) * 4, number * 4), {
      ...{ part: String(number), parts: "3", bytes: "10", sha256: hash("sha256", bytes, "hex") },
      ...{ records: number === 1 ? "1" : "0", version: "1" },
    }),
    messageId: id,
  });
  const collector = createPartsCollector();
  const given = [part(3, "a"), part(1, "b"), part(1, "c"), part(2, "d"), part(3, "e")];
  const wholes = given.flatMap((one) => collector.add(one) ?? []);

  assert.deepEqual(
    wholes.map(({ data, parts }) => [data.toString(), parts?.map(({ messageId }) => messageId)]),
    [["abcdefghij", ["b", "d", "a"]]],
  );
  assert.deepEqual(wholes[0]?.attributes, { records: "1", version: "1" });
  assert.equal(collector.waiting().length, 2);
});

test("parts that are not what the whole was stay apart", () => {
  const collector = createPartsCollector();
  const attributes = { part: "1", parts: "1", bytes: "3", sha256: hash("sha256", "abd", "hex") };
  assert.equal(collector.add(letter(Buffer.from("abc"), attributes)), undefined);
});

function named(json: string, isRow: boolean): string[] {
  const bytes = Buffer.from(json);
  const result = { bytes, start: 0, end: bytes.length };
  return nameResults([result, result], Buffer.from("original"), isRow).map((one) =>
    one.bytes.toString(),
  );
}

const first = syntheticInsertId(Buffer.from("original"), 0);
const second = syntheticInsertId(Buffer.from("original"), 1);
const names: readonly [string, boolean, readonly string[]][] = [
  [
    '{"event":"a","properties":{}}',
    false,
    [first, second].map((id) => `{"event":"a","properties":{"$insert_id":"${id}"}}`),
  ],
  [
    '{"event":"a","properties":{"$insert_id":"none","n":12345678901234567890}}',
    false,
    [first, second].map(
      (id) => `{"event":"a","properties":{"$insert_id":"${id}","n":12345678901234567890}}`,
    ),
  ],
  ...['{"event":"a","properties":{"$insert_id":"x"}}', '{"$distinct_id":"u","$set":{}}', "{}"].map(
    (json) => [json, false, [json, json]] as [string, boolean, string[]],
  ),
  [
    '{"event":"a","time":1}',
    true,
    [first, second].map((id) => `{"event":"a","time":1,"$insert_id":"${id}"}`),
  ],
  ['{"insert_id":"x"}', true, ['{"insert_id":"x"}', '{"insert_id":"x"}']],
];

for (const [json, isRow, expected] of names)
  test(`ids of ${json}${isRow ? ", a row" : ""}`, () => {
    assert.deepEqual(named(json, isRow), expected);
  });

test("a repair is told by what it returns: sent, left out, or a dead letter still", () => {
  const { attributes } = deadLetter("");
  const kinds = [null, [], { event: "a" }, undefined, "text"].map((result) => {
    const transform = (() => result) as unknown as Parameters<typeof repairRecord>[2]["transform"];
    const record = { bytes: Buffer.from('{"a":1}'), line: 1 };
    const options = {
      ...{ transform, letter: letter(record.bytes, attributes) },
      source: sourceFor(letter(record.bytes, attributes)),
    };
    return repairRecord(record, 0, options).kind;
  });
  assert.deepEqual(kinds, ["dropped", "dropped", "sent", "unrepaired", "unrepaired"]);
});

test("an update of a profile is repaired, too, and is given no id", () => {
  const bytes = Buffer.from('{"$distinct_id":"u-1","$set":{"plan":"a","$insert_id":""}}');
  const repaired = repairRecord({ bytes, line: undefined }, 0, {
    transform: (record) => ({ ...record, $set: { plan: "b" } }),
    ...{ source: sourceFor(letter(bytes, {})), letter: letter(bytes, {}) },
  });

  assert.deepEqual(
    repaired.kind === "sent" && repaired.results.map((result) => result.bytes.toString()),
    ['{"$distinct_id":"u-1","$set":{"plan":"b"}}'],
  );
});
