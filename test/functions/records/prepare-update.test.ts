import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { OPERATORS, type ProfileUpdate } from "../../../functions/event/profile-update.ts";
import type { Transform } from "../../../functions/event/transform-contract.ts";
import { prepare, sentTexts } from "../support/prepared.ts";

const PROFILES = {
  operators: new Set(OPERATORS),
  isOwnToken: (token: string) => token === "own",
};

function updateOf(line: string, transform?: Transform): ProfileUpdate {
  const prepared = prepare(line, { profiles: PROFILES, ...(transform && { transform }) });
  const [update] = prepared.kind === "used" ? prepared.updates : [];
  assert.ok(update);
  return update;
}

function textOf({ bytes, start, end }: ProfileUpdate): string {
  return bytes.toString("utf8", start, end);
}

describe("an update of a profile", () => {
  it("stays the bytes that it was", () => {
    const text =
      '{"$distinct_id" : "é","$set":{"n":12345678901234567890,"x":1.0,"\\u0061":"\\u00e9"}}';
    assert.equal(textOf(updateOf(` ${text} \r`)), text);
  });

  it("loses the project's token, however often it is there", () => {
    for (const [text, without] of [
      ['{"$token":"own","$distinct_id":"u","$set":{}}', '{"$distinct_id":"u","$set":{}}'],
      ['{"$distinct_id":"u","$set":{} , "$token" : "own" }', '{"$distinct_id":"u","$set":{}}'],
      [
        '{"$\\u0074oken":"x","$distinct_id":"u","$token":"own","$set":{"$token":1}}',
        '{"$distinct_id":"u","$set":{"$token":1}}',
      ],
    ] as const)
      assert.equal(textOf(updateOf(text)), without);
  });

  it("is in the lane of its profile, however the id is written", () => {
    const lane = (text: string): number => updateOf(text).lane;
    const users = ['"é"', '"\\u00e9"'].map((id) => lane(`{"$distinct_id":${id},"$set":{}}`));
    assert.equal(new Set(users).size, 1);
    assert.equal(
      lane('{"$distinct_id":17,"$set":{}}'),
      lane('{"$distinct_id":"17","$unset":["a"]}'),
    );
    const large = [
      "12345678901234567890",
      '"12345678901234567890"',
      '"1234567890123456789\\u0030"',
    ];
    const ofLarge = large.map((id) => lane(`{"$distinct_id":${id},"$set":{}}`));
    assert.equal(new Set(ofLarge).size, 1);
    // Who writes UTF-8 has one character for all of them.
    const halves = ['"\\ud800"', '"\\udc00"', '"\ufffd"'];
    const ofHalves = halves.map((id) => lane(`{"$distinct_id":${id},"$set":{}}`));
    assert.equal(new Set(ofHalves).size, 1);
    const lanes = Array.from({ length: 1000 }, (_, id) =>
      lane(`{"$distinct_id":"u${id}","$set":{}}`),
    );
    assert.ok(new Set(lanes).size > 900);
  });

  it("may be nested as deeply as a megabyte is, whatever its id", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    for (const id of ["12345678901234567890", '"é"', '"u"'])
      assert.ok(updateOf(`{"$distinct_id":${id},"$set":{"a":${deep}}}`));
  });

  it("is repeatable or not by its operator, and says whether it has an address", () => {
    const repeatable = OPERATORS.filter((operator) => {
      const value = operator === "$unset" ? '["a"]' : "{}";
      return updateOf(`{"$distinct_id":"u","${operator}":${value}}`).isRepeatable;
    });
    assert.deepEqual(repeatable, ["$set", "$set_once", "$union", "$unset"]);
    assert.equal(updateOf('{"$distinct_id":"u","$set":{},"$ip":"0"}').hasIp, true);
    assert.equal(updateOf('{"$distinct_id":"u","$set":{"$ip":1}}').hasIp, false);
  });

  it("over 1 MB is refused", () => {
    const padding = "x".repeat(999_900);
    const prepared = prepare(`{"$distinct_id":"u","$set":{"a":"${padding}"}}`);
    assert.deepEqual(prepared, {
      kind: "unusable",
      problem: { reason: "too-large", field: "", error: "larger than 1 MB" },
    });
  });

  it("with an event in one record is neither", () => {
    for (const text of [
      '{"event":"e","properties":{"time":1},"$distinct_id":"u","$set":{}}',
      '{"$set":{},"event":"e","properties":{"time":1}}',
      '{"event":"e","$\\u0073et":{},"properties":{"time":1}}',
    ])
      for (const transform of [undefined, (record: object) => ({ ...record })])
        assert.deepEqual(prepare(text, { ...(transform && { transform }) }), {
          kind: "unusable",
          problem: {
            reason: "invalid",
            field: "",
            error: "an event and a profile update in one record",
          },
        });
  });
});

describe("a transform", () => {
  it("may return events and updates, of users and groups, together", () => {
    const id = "u1";
    const transform: Transform = () => [
      { event: "signed up", properties: { time: 1, distinct_id: id } },
      { $distinct_id: id, $set: { plan: "pro" } },
      { $group_key: "company", $group_id: "acme", $union: { users: [id] } },
      { event: "second", properties: { time: 1 } },
    ];
    const prepared = prepare('{"id":"u1"}', { transform });
    assert.ok(prepared.kind === "used");
    assert.deepEqual(
      prepared.updates.map(({ kind }) => kind),
      ["profiles", "groups"],
    );
    assert.equal(sentTexts(prepared).length, 2);
    assert.equal(prepared.idsAdded, 2);
  });

  it("that hands an update on as it is keeps its bytes", () => {
    const text = '{"$distinct_id":"u", "$set":{"n":1.0}}';
    assert.equal(textOf(updateOf(text, (record) => record)), text);
  });

  it("whose update is refused makes the record unusable", () => {
    const transform: Transform = () => [
      { event: "e", properties: { time: 1 } },
      { $distinct_id: "u", $add: { n: 1 } },
    ];
    assert.deepEqual(prepare("{}", { transform }), {
      kind: "unusable",
      problem: {
        reason: "invalid",
        field: "$add",
        error: "not allowed: the setting profileOperators leaves it out",
      },
    });
  });
});
