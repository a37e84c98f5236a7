import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { IDENTITY_EVENTS, PLACEHOLDER_IDS } from "../../../functions/event/limits.ts";
import { isUsableInsertId } from "../../../functions/records/insert-id.ts";
import type { ScannedEvent } from "../../../functions/scan/event-scanner.ts";
import { eventWith, NOW, scan } from "./scanned.ts";

const PLAIN = { hasIp: false, hasInsertId: false, isIdentity: false };
const UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

/** `marked` is an event in which `^` is before the end of its properties. */
function assertScanned(marked: string, facts: Partial<ScannedEvent> = {}): void {
  const propertiesEnd = Buffer.byteLength(marked.slice(0, marked.indexOf("^")));
  assert.deepEqual(scan(marked.replace("^", "")), { ...PLAIN, propertiesEnd, ...facts }, marked);
}

function assertCloserLook(json: string): void {
  assert.equal(scan(json), undefined, json);
}

function named(name: string): string {
  return `{"event":${name},"properties":{"time":1^}}`;
}

function holding(properties: string): string {
  return `{"event":"e","properties":{"time":1,${properties}^}}`;
}

describe("the scan of an event", () => {
  it("tells what has to be known to send it", () => {
    assertScanned('{"event":"e","properties":{"time":1^}}');
    assertScanned('{"properties":{"time":0^},"event":"e"}');
    assertScanned('\t{ "event"\t:\r"e" ,  "properties" : { "time" : 1 ,\t"a" : [ ] ^} \r}'.trim());
    assertScanned('{"a":{"b":[1]},"event":"e","b":"}","properties":{"time":1^},"c":null}');
    assertScanned(holding('"a":"}}\\"}","b":{"c":{}},"é":"日本 🙂","":1'));
    for (const ip of ["0", '""', "null", "false", '"1.1.1.1"', '{"a":1}', '1,"ip":"\\n"'])
      assertScanned(holding(`"ip":${ip}`), { hasIp: true });
    for (const id of ["a", "A-z", "nulls", "00", UUID, UUID.toUpperCase(), "-".repeat(36)])
      assertScanned(holding(`"$insert_id":"${id}"`), { hasInsertId: true });
    for (const id of ["5", "null", "[]", "{}", '""', '"ANON"', '"a b_c"', '"日本"', `"${UUID}x"`])
      assertScanned(holding(`"distinct_id":${id}`));
    for (const name of ["~", "!", "event", "$", "$é", "$merge ", "$Merge", "merge", "$identif"])
      assertScanned(named(`"${name}"`));
    for (const name of ['"e\\n\\u00e9"', '"e日本"']) assertScanned(named(name));
    for (const name of IDENTITY_EVENTS) assertScanned(named(`"${name}"`), { isIdentity: true });
  });

  it("does not carry what it saw from one event to the next", () => {
    const all = '{"event":"$merge","properties":{"time":1,"ip":1,"$insert_id":"a"^}}';
    assertScanned(all, { hasIp: true, hasInsertId: true, isIdentity: true });
    assertCloserLook('{"event":"e"}');
    assertCloserLook('{"event":"e","properties":{"a":1}}');
    assertScanned('{"event":"e","properties":{"time":1^}}');
  });

  it("looks for names only where they count, and for all of each", () => {
    const others = '"time":"x","ip":1,"$insert_id":"","$ignore":1,"distinct_id":"null"';
    assertScanned(`{${others},"event":"e","properties":{"time":1^},"a":{${others}}}`);
    assertScanned(holding(`"a":{${others},"time":null},"event":"","properties":{"ip":1}`));
    // Each with a value that would not be taken.
    for (const key of ["time", "distinct_id", "$insert_id", "ip", "$ignore"])
      for (let at = 0; at < key.length; at++)
        for (const other of ["X", "", "é"])
          assertScanned(holding(`"${key.slice(0, at)}${other}${key.slice(at + 1)}":"null"`));
    for (const key of ["event", "properties"])
      for (let at = 0; at < key.length; at++) {
        const other = `"${key.slice(0, at)}X${key.slice(at + 1)}"`;
        assertScanned(`{${other}:[],"event":"e","properties":{"time":1^},${other}:[]}`);
        assertCloserLook(eventWith("").replace(`"${key}"`, other));
      }
  });
});

describe("an event falls back to JSON.parse", () => {
  it("when it is no event", () => {
    for (const json of ["", " ", "{", "{}", "[]", "null", "1", '"event"', '{"event":"e"}'])
      assertCloserLook(json);
    for (const properties of ["{}", "{ }", "[]", "null", "1", '"{}"', '{"a":1}', '[{"time":1}]'])
      assertCloserLook(`{"event":"e","properties":${properties}}`);
    assertCloserLook('{"properties":{"time":1}}');
  });

  it("when its name may be blank, or may be spelt otherwise", () => {
    for (const name of ["5", "null", '["e"]', '{"e":1}', '""', '" e"', '"é"', '"日本"', '"\u00a0"'])
      assertCloserLook(named(name).replace("^", ""));
    for (const name of ['"\\u0065"', '"\\u0024merge"', '"\u007f"', '"$m\\u0065rge"', '"$\\n"'])
      assertCloserLook(named(name).replace("^", ""));
  });

  it("when it is to be ignored, maybe", () => {
    for (const value of ["true", "false", "null", "0"])
      assertCloserLook(eventWith(`"$ignore":${value}`));
  });

  it("when there is an escape in a key, or a key that matters is there twice", () => {
    for (const key of ["\\u0069p", "a\\n", "\\\\", '\\"', "tim\\u0065"]) {
      assertCloserLook(eventWith(`"${key}":1`));
      assertCloserLook(`{"${key}":1,${eventWith("").slice(1)}`);
    }
    assertCloserLook(`{"event":"e",${eventWith("").slice(1)}`);
    assertCloserLook(`{"properties":{"time":1},${eventWith("").slice(1)}`);
    assertCloserLook(eventWith('"time":1'));
    assertCloserLook(eventWith('"distinct_id":1,"distinct_id":1'));
    assertCloserLook(eventWith('"$insert_id":"a","$insert_id":"a"'));
  });

  it("when its time is no whole number, or ahead by more than two hours", () => {
    const at = (time: number | string, nowMs = NOW) =>
      scan(`{"event":"e","properties":{"time":${time}}}`, nowMs) !== undefined;
    for (const time of ["1.5", "1.0", "1e9", "-1", "-0", '"1"', '""', "null", "true", "[1]", "{}"])
      assert.equal(at(time), false, time);
    assert.deepEqual([at(NOW / 1000 + 7200), at(NOW / 1000 + 7201)], [true, false]);
    assert.deepEqual([at(NOW + 7_200_000), at(NOW + 7_200_001)], [true, false]);
    // A clock between two seconds.
    const [between, second] = [NOW + 999.5, NOW / 1000 + 7200];
    assert.deepEqual([at(second, between), at(second + 1, between)], [true, false]);
    assert.deepEqual([at(NOW + 7_200_999, between), at(NOW + 7_201_000, between)], [true, false]);
    // From here on it is milliseconds, of 1973.
    assert.deepEqual([at(99_999_999_999), at(100_000_000_000)], [false, true]);
    assert.deepEqual([at(100_000_000_000, 0), at(7200, 0), at(7201, 0)], [false, true, false]);
    // Fifteen digits are exact.
    assert.deepEqual([at("9".repeat(15), 1e15), at("1".repeat(16), 1e30)], [true, false]);
    assert.deepEqual([at("9".repeat(15)), at("0".repeat(2))], [false, false]);
  });

  it("when an id is a placeholder, or cannot be sent as it is", () => {
    for (const id of PLACEHOLDER_IDS) {
      assertCloserLook(eventWith(`"distinct_id":"${id}"`));
      assertScanned(holding(`"distinct_id":"${id}x"`));
      const capital = `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`;
      for (const text of [id, id.toUpperCase(), capital])
        assertCloserLook(eventWith(`"$insert_id":"${text}"`));
    }
    assertCloserLook(eventWith('"distinct_id":"\\u006eull"'));
    for (const id of ["5", "null", "[]", '""', '"\\u0061"', '"a\\\\"', `"${UUID}x"`, '"é"'])
      assertCloserLook(eventWith(`"$insert_id":${id}`));
    // The ends of what is looked at together: sixteen bytes.
    for (const before of [0, 1, 14, 15, 16, 31, 32, 35])
      for (let byte = 0x20; byte < 0x7f; byte++) {
        const id = "a".repeat(before) + String.fromCharCode(byte);
        const isPlain = scan(eventWith(`"$insert_id":"${id}"`)) !== undefined;
        assert.equal(isPlain, isUsableInsertId(id), id);
      }
  });
});
