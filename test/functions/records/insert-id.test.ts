import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";

import { prepare, sentText, sentTexts, toRecord } from "../support/prepared.ts";

/** The first 36 hexadecimal digits of SHA-256. */
function digest(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 36);
}

/** `{"event":"e","properties":{"time":1,"ip":0,…}}` */
function lineWith(insertId: string): string {
  return `{"event":"e","properties":{"time":1,"ip":0,"$insert_id":${insertId}}}`;
}

const WITHOUT_ID = '{"event":"e","properties":{"time":1,"ip":0}}';

function idOf(text: string): unknown {
  const { properties } = JSON.parse(text) as { properties: Record<string, unknown> };
  return properties["$insert_id"];
}

describe("the id of an event", () => {
  it("stays when Mixpanel accepts it", () => {
    for (const id of [
      "a",
      "A-9",
      "-",
      "x".repeat(36),
      "0f8fad5b-d9cb-469f-a165-70867728950e",
      "00",
      "nulls",
    ]) {
      assert.equal(sentText(lineWith(`"${id}"`)), lineWith(`"${id}"`));
      const prepared = prepare(lineWith(`"${id}"`));
      assert.equal(prepared.kind === "used" ? prepared.idsAdded : -1, 0);
    }
  });

  it("is a digest of the record where there is none", () => {
    for (const line of [
      WITHOUT_ID,
      ...["null", '""', '"   "', "0", "-1", "true", "false", "[]", "{}"].map(lineWith),
      ...['"undefined"', '"NULL"', '"n/a"', '"<nil>"', '"0"', '"[]"'].map(lineWith),
      lineWith('"00000000-0000-0000-0000-000000000000"'),
    ]) {
      assert.equal(idOf(sentText(line)), digest(line), line);
      const prepared = prepare(line);
      assert.equal(prepared.kind === "used" ? prepared.idsAdded : -1, 1);
    }
  });

  it("is the same whatever white space, byte-order mark or carriage return is around the record", () => {
    for (const line of [`\ufeff${WITHOUT_ID}`, ` \t${WITHOUT_ID} \t\r`, `\ufeff ${WITHOUT_ID}\r`])
      assert.equal(idOf(sentText(line)), digest(WITHOUT_ID), JSON.stringify(line));
  });

  it("is a digest of its own text when Mixpanel would refuse it", () => {
    const cases: Readonly<Record<string, string>> = {
      '"a:b"': "a:b",
      '"a b"': "a b",
      '"a_b"': "a_b",
      '"é"': "é",
      '"\\u00e9"': "é",
      '"a\\"b"': 'a"b',
      [`"${"x".repeat(37)}"`]: "x".repeat(37),
      "1.5": "1.5",
      '{"a":1}': '{"a":1}',
      '["é"]': '["é"]',
      [`-${"9".repeat(40)}`]: `-${"9".repeat(40)}`,
    };
    for (const [written, text] of Object.entries(cases))
      assert.equal(idOf(sentText(lineWith(written))), digest(text), written);
  });

  it("is the text of a number", () => {
    for (const number of ["28096095", "1234567890123456789", "-5", "1e5"])
      assert.equal(sentText(lineWith(number)), lineWith(`"${number}"`));
  });

  it("is replaced once where the key is there twice", () => {
    for (const [line, expected] of [
      ['"$insert_id":"a:b","$insert_id":"c:d"', `"$insert_id":"${digest("c:d")}"`],
      ['"$insert_id":"ok","x":1,"$insert_id":"c:d"', `"x":1,"$insert_id":"${digest("c:d")}"`],
      ['"$insert\\u005fid":1, "$insert_id" : "c:d" ', `"$insert_id" : "${digest("c:d")}" `],
    ] as const)
      assert.equal(
        sentText(`{"event":"e","properties":{"time":1,"ip":0,${line}}}`),
        `{"event":"e","properties":{"time":1,"ip":0,${expected}}}`,
      );
  });

  it("tells the events that a transform makes of one record apart", () => {
    const transform = (record: object) => [record, record, record].map((copy) => ({ ...copy }));
    const ids = sentTexts(prepare(WITHOUT_ID, { transform })).map(idOf);
    assert.deepEqual(ids, [
      digest(WITHOUT_ID),
      digest(`${WITHOUT_ID}\u00001`),
      digest(`${WITHOUT_ID}\u00002`),
    ]);
  });

  it("names the position of the record when that is asked for", () => {
    const { offset } = toRecord(WITHOUT_ID);
    const position = `gs://landing/a.json#7:${offset}`;
    const options = { syntheticId: "position" } as const;
    assert.equal(idOf(sentText(WITHOUT_ID, options)), digest(position));
    assert.equal(idOf(sentText(lineWith('"a:b"'), options)), digest("a:b"));
  });
});
