import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { NOW, prepare } from "../support/prepared.ts";

const SECONDS = NOW / 1000;
const TWO_HOURS = 2 * 60 * 60;

/** What is wrong with a line; "" when it is used, "dropped" when it is. */
function verdict(line: string | Buffer): string {
  const prepared = prepare(line);
  if (prepared.kind === "unusable") {
    const { reason, field, error } = prepared.problem;
    return [reason, field, error].filter((part) => part !== "").join(" | ");
  }
  return prepared.kind === "used" ? "" : prepared.kind;
}

/** A line with these properties, as they are written. */
function withProperties(properties: string): string {
  return `{"event":"e","properties":{${properties}}}`;
}

function assertVerdicts(cases: Readonly<Record<string, string>>): void {
  for (const [line, expected] of Object.entries(cases)) assert.equal(verdict(line), expected, line);
}

describe("what is refused without a request", () => {
  it("refuses what is not JSON", () => {
    for (const line of [
      "{",
      "x",
      "{'event':'e'}",
      '{"event":"e","properties":{"time":1}} {}',
      '{"event":"e","properties":{"time":1},}',
      '{"event":"e","properties":{"time":01}}',
      '{"event":"e","properties":{"time":1,"a":tru}}',
      '{"event":"e","properties":{"time":1,"a":"\\x"}}',
      '{"event":"e","properties":{"time":1,"a":"\t"}}',
      '{"event":"e","properties":{"time":1}',
      '{"event":"e","properties":{"time":NaN}}',
      "\u00a0{}",
    ])
      assert.match(verdict(line), /^malformed \| not valid JSON/, line);
  });

  it("refuses what is not an object", () => {
    for (const line of ["1", '"event"', "null", "true", "[]", '[{"event":"e"}]'])
      assert.equal(verdict(line), "invalid | not a JSON object", line);
  });

  it("refuses an event without a name", () => {
    assertVerdicts({
      '{"properties":{"time":1}}': "invalid | event | missing",
      '{"event":null,"properties":{"time":1}}': "invalid | event | not a string",
      '{"event":5,"properties":{"time":1}}': "invalid | event | not a string",
      '{"event":"","properties":{"time":1}}': "invalid | event | blank",
      '{"event":" \\t\\n ","properties":{"time":1}}': "invalid | event | blank",
      '{"event":"\u00a0\u3000","properties":{"time":1}}': "invalid | event | blank",
      '{"event":"\\u00a0","properties":{"time":1}}': "invalid | event | blank",
      '{"event":"\\u3000\\u2003 ","properties":{"time":1}}': "invalid | event | blank",
      '{"event":"e","event":" ","properties":{"time":1}}': "invalid | event | blank",
    });
  });

  it("takes any other name, however it is written", () => {
    for (const name of [
      "é",
      " e",
      "\u00a0e",
      "日本",
      "†",
      "Р",
      "\\u2020",
      "\\u0420",
      "\\u00e9",
      "🙂",
      "\\ud83d\\ude42",
    ])
      assert.equal(verdict(`{"event":"${name}","properties":{"time":1}}`), "", name);
  });

  it("refuses an event without properties", () => {
    assertVerdicts({
      '{"event":"e"}': "invalid | properties | missing",
      '{"event":"e","properties":null}': "invalid | properties | not an object",
      '{"event":"e","properties":[]}': "invalid | properties | not an object",
      '{"event":"e","properties":"x"}': "invalid | properties | not an object",
      '{"event":"e","nested":{"properties":{"time":1}}}': "invalid | properties | missing",
      '{"event":"e","properties":{"time":1},"properties":1}':
        "invalid | properties | not an object",
    });
  });

  it("refuses a time that is absent or no number", () => {
    const notANumber = "invalid | properties.time | not a number: timeFrom reads it";
    assertVerdicts({
      [withProperties("")]: "invalid | properties.time | missing",
      [withProperties('"time":null')]: "invalid | properties.time | missing",
      [withProperties('"time":1,"time":null')]: "invalid | properties.time | missing",
      [withProperties('"nested":{"time":1}')]: "invalid | properties.time | missing",
      [withProperties('"time":""')]: notANumber,
      [withProperties('"time":"2024-01-01T00:00:00Z"')]: notANumber,
      [withProperties('"time":"0x10"')]: notANumber,
      [withProperties('"time":"Infinity"')]: notANumber,
      [withProperties('"time":true')]: notANumber,
      [withProperties('"time":[1]')]: notANumber,
      [withProperties('"time":{}')]: notANumber,
    });
  });

  it("takes a time as a number or a numeric string, in seconds or milliseconds", () => {
    for (const time of [
      "1",
      "0",
      "-1",
      "1618716477.123",
      "1618716477123",
      "1.6e9",
      '"1618716477"',
      '"1618716477.000"',
      '"1e9"',
      '"-5"',
    ])
      assert.equal(verdict(withProperties(`"time":${time}`)), "", time);
  });

  it("refuses a time of more than two hours ahead, and not one of exactly two", () => {
    const limit = SECONDS + TWO_HOURS;
    const inTheFuture = "invalid | properties.time | in the future";
    assertVerdicts({
      [withProperties(`"time":${limit}`)]: "",
      [withProperties(`"time":${limit + 1}`)]: inTheFuture,
      [withProperties(`"time":${limit}.001`)]: inTheFuture,
      [withProperties(`"time":${limit * 1000}`)]: "",
      [withProperties(`"time":${limit * 1000 + 1}`)]: inTheFuture,
      [withProperties(`"time":"${limit}"`)]: "",
      [withProperties(`"time":"${limit + 1}"`)]: inTheFuture,
      [withProperties(`"time":${limit}000`)]: "",
      [withProperties(`"time":${limit}000000`)]: `${inTheFuture}: in microseconds?`,
      [withProperties(`"time":"${limit}000000"`)]: `${inTheFuture}: in microseconds?`,
      [withProperties(`"time":${limit}.5e6`)]: inTheFuture,
      [withProperties(`"time":${SECONDS}000000000`)]: `${inTheFuture}: in nanoseconds?`,
      [withProperties(`"time":31536000000000`)]: `${inTheFuture}: in microseconds?`,
      [withProperties(`"time":31535999999999`)]: inTheFuture,
      [withProperties(`"time":1e400`)]: inTheFuture,
      [withProperties(`"time":99999999999`)]: inTheFuture,
      [withProperties(`"time":100000000000`)]: "",
      [withProperties(`"time":123456789012345678901234567890`)]: inTheFuture,
    });
  });

  it("refuses a distinct_id that is exactly one of the documented placeholders", () => {
    const placeholders = [
      "00000000-0000-0000-0000-000000000000",
      ...["anon", "anonymous", "nil", "none", "null", "n/a", "na", "undefined", "unknown"],
      ...["<nil>", "0", "-1", "true", "false", "[]", "{}"],
    ];
    for (const id of placeholders) {
      const refused = "invalid | properties.distinct_id | a placeholder value";
      assert.equal(verdict(withProperties(`"time":1,"distinct_id":"${id}"`)), refused, id);
      assert.equal(verdict(withProperties(`"time":1,"distinct_id":"${id}x"`)), "", id);
    }
    assert.equal(
      verdict(withProperties('"time":1,"distinct_id":"n\\u0061"')),
      "invalid | properties.distinct_id | a placeholder value",
    );
  });

  it("leaves every other distinct_id to Mixpanel", () => {
    for (const id of ['""', "null", "0", "-1", "true", "[]", "12345", '"NULL"', '" "', '"é"'])
      assert.equal(verdict(withProperties(`"time":1,"distinct_id":${id}`)), "", id);
  });

  it("refuses bytes that are not UTF-8", () => {
    const [before = "", after = ""] = withProperties('"time":1,"a":"?"').split("?");
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      const line = Buffer.concat([Buffer.from(before), Buffer.from(bad), Buffer.from(after)]);
      assert.equal(verdict(line), "malformed | not valid UTF-8");
    }
  });

  it("refuses an event over 1 MB, and not one of exactly 1 MB", () => {
    const rest = withProperties('"time":1,"a":""').length;
    const exact = withProperties(`"time":1,"a":"${"x".repeat(1_000_000 - rest)}"`);
    assert.equal(verdict(exact), "");
    assert.equal(verdict(`${exact} \r`), "");
    assert.equal(verdict(exact.replace("x", "xx")), "too-large | larger than 1 MB");
  });

  it("drops an event whose $ignore is truthy", () => {
    for (const value of ["true", "1", '"false"', "[]", "{}"])
      assert.equal(verdict(withProperties(`"time":1,"$ignore":${value}`)), "dropped", value);
    for (const value of ["false", "0", '""', "null"])
      assert.equal(verdict(withProperties(`"time":1,"$ignore":${value}`)), "", value);
  });

  it("drops an ignored event that would be refused", () => {
    assert.equal(verdict(withProperties('"$ignore":true')), "dropped");
  });

  it("survives deep nesting", () => {
    const depth = 100_000;
    const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    assert.equal(verdict(withProperties(`"time":1,"a":${nested}`)), "");
    assert.equal(verdict("[".repeat(depth)), "malformed | not valid JSON: cut off");
  });

  it("is not taken in by __proto__", () => {
    assert.equal(
      verdict('{"__proto__":{"event":"e","properties":{"time":1}}}'),
      "invalid | event | missing",
    );
    assert.equal(
      verdict('{"event":"e","properties":{"__proto__":{"time":1}}}'),
      "invalid | properties.time | missing",
    );
  });
});
