import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { PLACEHOLDER_IDS } from "../../../functions/event/limits.ts";
import { OPERATORS } from "../../../functions/event/profile-update.ts";
import { scanRecord } from "../../../functions/scan/event-scanner.ts";
import { isUpdate, type ScannedUpdate } from "../../../functions/scan/scanned-update.ts";
import { prepare } from "../support/prepared.ts";
import { NOW } from "./scanned.ts";

const PROFILES = { operators: new Set(OPERATORS), isOwnToken: () => true };

function scan(json: string): ScannedUpdate | undefined {
  // In the middle of a larger buffer.
  const bytes = Buffer.from(`{"$set":{}}\n${json}":{}}}\n`);
  const scanned = scanRecord(bytes, 12, 12 + Buffer.byteLength(json), NOW);
  return scanned !== undefined && isUpdate(scanned) ? scanned : undefined;
}

/** What the same comes to when it is parsed: an escape in a key that says nothing sees to that. */
function parsed(json: string): unknown {
  const prepared = prepare(json.replace(/\}\s*$/, ',"\\u0061":1}'), { profiles: PROFILES });
  const [update] = prepared.kind === "used" ? prepared.updates : [];
  if (update === undefined) return undefined;
  return { kind: update.kind, lane: update.lane, hasIp: update.hasIp };
}

function assertSameAsParsed(json: string): void {
  const scanned = scan(json);
  if (scanned === undefined) return;
  const { profileKind: kind, lane, hasIp, operator } = scanned;
  assert.ok(Object.hasOwn(JSON.parse(json) as object, operator), json);
  assert.deepEqual({ kind, lane, hasIp }, parsed(json), json);
}

const ORDINARY = [
  '{"$distinct_id":"u","$set":{}}',
  '{ "$time" : 1 ,\t"$set_once":{"a":[1,{"b":null}],"é":"\\u00e9"},"$distinct_id":"13793","$ip":"1.2.3.4" }',
  '{"$union":{"l":["a"],"m":[[]]},"$distinct_id":"user-00000001"}',
  '{"$union":{},"$distinct_id":"u","$ignore_time":true,"x":"$set","tag":{"$set":1,"event":2}}',
  '{"$remove":{"l":"a"},"$distinct_id":"u@example.com"}',
  '{"$group_key":"company","$group_id":"Acme Inc.","$set":{"$set":1}}',
  '{"$group_id":"1","$set_once":{},"$group_key":"company","$ip":"x"}',
];

/** Of these, nothing is told by a scan; most are refused when they are parsed. */
const CLOSER_LOOK = [
  '{"$distinct_id":"u","$set":{},"event":"e"}',
  '{"$distinct_id":"u","$set":{},"$token":"t"}',
  '{"$distinct_id":"u","$set":{},"$set_once":{}}',
  '{"$distinct_id":"u","$set":{},"$set":{}}',
  '{"$distinct_id":"u","$distinct_id":"v","$set":{}}',
  '{"$distinct_id":"u","$set":{},"$ip":"1","$ip":"2"}',
  '{"$distinct_id":"u","$group_key":"k","$group_id":"g","$set":{}}',
  '{"$distinct_id":"u","$group_id":"g","$set":{}}',
  '{"$group_key":"k","$set":{}}',
  '{"$group_id":"g","$set":{}}',
  '{"$set":{}}',
  '{"$distinct_id":"u"}',
  '{"$distinct_id":"","$set":{}}',
  '{"$distinct_id":" ","$set":{}}',
  '{"$distinct_id":17,"$set":{}}',
  '{"$distinct_id":"é","$set":{}}',
  '{"$distinct_id":"aé","$set":{}}',
  '{"$distinct_id":"\\u0061","$set":{}}',
  '{"$group_key":"k","$group_id":17,"$set":{}}',
  '{"$distinct_id":"u","$set":[]}',
  '{"$distinct_id":"u","$set":"x"}',
  '{"$distinct_id":"u","$union":{"a":"x"}}',
  '{"$distinct_id":"u","$union":{"b":[1],"a":[ ]}}',
  '{"$distinct_id":"u","$union":{"a":{}}}',
  '{"$distinct_id":"u","$add":{"a":1}}',
  '{"$distinct_id":"u","$append":{"a":1}}',
  '{"$distinct_id":"u","$unset":["a"]}',
  '{"$distinct_id":"u","$delete":""}',
  '{"$distinct_id":"u","$set":{},"$ip":""}',
  '{"$distinct_id":"u","$set":{},"$ip":0}',
  '{"$distinct_id":"u","$set":{},"\\u0065vent":"e"}',
  '{"$distinct_id":"u","$s\\u0065t":{}}',
  '{"$distinct_id":"u","$set":{"a":01}}',
  '{"$distinct_id":"u","$set":{},}',
  '{"$distinct_id":"u","$set":{}',
  '{"$distinct_id":"u","$set":{}}}',
  "{}",
  "[]",
];

describe("the scan of an update of a profile", () => {
  it("tells what has to be known to send it, and what parsing would tell", () => {
    for (const json of ORDINARY) {
      assert.notEqual(scan(json), undefined, json);
      assertSameAsParsed(json);
    }
    assert.deepEqual(
      ORDINARY.map((json) => scan(json)).map((found) => [found?.operator, found?.hasIp]),
      [
        ["$set", false],
        ["$set_once", true],
        ["$union", false],
        ["$union", false],
        ["$remove", false],
        ["$set", false],
        ["$set_once", true],
      ],
    );
  });

  it("leaves everything else to JSON.parse", () => {
    for (const json of CLOSER_LOOK) assert.equal(scan(json), undefined, json);
    for (const id of PLACEHOLDER_IDS)
      assert.equal(scan(`{"$distinct_id":${JSON.stringify(id)},"$set":{}}`), undefined, id);
  });

  it("looks for names only where they count, and for all of each", () => {
    for (const [key, json] of [
      ["$distinct_id", '{"$distinct_id":"u","$set":{}}'],
      ["$set", '{"$distinct_id":"u","$set":{}}'],
      ["$set_once", '{"$distinct_id":"u","$set_once":{}}'],
      ["$union", '{"$distinct_id":"u","$union":{}}'],
      ["$remove", '{"$distinct_id":"u","$remove":{}}'],
      ["$group_key", '{"$group_key":"k","$group_id":"g","$set":{}}'],
      ["$group_id", '{"$group_key":"k","$group_id":"g","$set":{}}'],
    ] as const)
      for (let at = 0; at < key.length; at++)
        for (const other of ["X", "", "é", "_"]) {
          const changed = json.replace(key, `${key.slice(0, at)}${other}${key.slice(at + 1)}`);
          if (changed !== json) assert.equal(scan(changed), undefined, changed);
        }
    // Other keys do no harm.
    for (const key of ["$ip", "$token", "event"])
      for (let at = 0; at < key.length; at++) {
        const other = `${key.slice(0, at)}X${key.slice(at + 1)}`;
        assertSameAsParsed(`{"$distinct_id":"u","${other}":[],"$set":{}}`);
        assert.notEqual(scan(`{"$distinct_id":"u","${other}":[],"$set":{}}`), undefined, other);
      }
  });

  it("says nothing that parsing would not say, whatever the members are", () => {
    const member = fc.tuple(
      fc.constantFrom(
        ...["$distinct_id", "$group_key", "$group_id", "$ip", "$token", "event", "$time", "x"],
        ...["$set", "$set", "$set", ...OPERATORS],
      ),
      fc.oneof(
        fc.constantFrom('"u"', '"acme"', '"null"', '"é"', '"user-1"', "17", '""', '"\\n"', '" a"'),
        fc.constantFrom("{}", '{"a":[1]}', '{"a":[]}', "[]", '["a"]', '{"a":1}', "null", " { } "),
        fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
      ),
    );
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
        assertSameAsParsed(`{${members.map(([key, value]) => `"${key}":${value}`).join(",")}}`);
      }),
      { numRuns: 2000 },
    );
  });
});
