import assert from "node:assert/strict";
import { test } from "node:test";

import { diffRecord, type MemberChange } from "../../check/record-diff.ts";

interface Case {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly members: readonly string[];
  readonly properties: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: "what is the same, gone, new and changed",
    before: '{"event":"A","properties":{"time":1,"email":"a@b.co","plan":"pro"}}',
    after: '{"event":"A","properties":{"time":2,"plan":"pro","ip":0}}',
    members: ['  event "A"'],
    properties: ["~ time 1 2", '- email "a@b.co"', '  plan "pro"', "+ ip 0"],
  },
  {
    what: "a row of a table that becomes an event",
    before: '{"name":"A","at":1}',
    after: '{"event":"A","properties":{"time":1}}',
    members: ['+ event "A"', '- name "A"', "- at 1"],
    properties: ["+ time 1"],
  },
  {
    what: "integers that a number does not hold",
    before: '{"event":"A","properties":{"id":9007199254740993}}',
    after: '{"event":"A","properties":{"id":9007199254740992}}',
    members: ['  event "A"'],
    properties: ["~ id 9007199254740993 9007199254740992"],
  },
  {
    what: "properties that are no object, and a name that means something to JavaScript",
    before: '{"event":"A","properties":[1],"__proto__":{"a":1}}',
    after: '{"event":"A","properties":{"__proto__":2}}',
    members: ['  event "A"', '- __proto__ {"a":1}', "- properties [1]"],
    properties: ["+ __proto__ 2"],
  },
  {
    what: "another order is no change",
    before: '{"event":"A","properties":{"a":1,"b":2,"c":3}}',
    after: '{"event":"A","properties":{"c":3,"a":1}}',
    members: ['  event "A"'],
    properties: ["- b 2", "  c 3", "  a 1"],
  },
];

const MARKS = { same: " ", added: "+", removed: "-", changed: "~" } as const;

function describe(change: MemberChange): string {
  const before = change.kind === "changed" ? `${change.before} ` : "";
  return `${MARKS[change.kind]} ${change.name} ${before}${change.value}`;
}

for (const { what, before, after, members, properties } of CASES)
  test(what, () => {
    const diff = diffRecord(before, after);
    assert.deepEqual(diff?.members.map(describe), members);
    assert.deepEqual(diff.properties.map(describe), properties);
  });

for (const text of ["not JSON", "[1]", "null", '"text"'])
  test(`${text} is no record`, () => {
    assert.equal(diffRecord(text, '{"event":"A"}'), undefined);
  });
