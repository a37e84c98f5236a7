import assert from "node:assert/strict";
import { test } from "node:test";

import { describeKinds, describeMixed } from "../../../cli/terminal/kinds.ts";

const CASES = [
  { events: 0, profiles: 0, groups: 0, kinds: "", mixed: "" },
  { events: 1234, profiles: 0, groups: 0, kinds: "1,234 events", mixed: "" },
  { events: 0, profiles: 1, groups: 0, kinds: "1 update of users" },
  { events: 0, profiles: 0, groups: 2, kinds: "2 updates of groups" },
  { events: 1, profiles: 2, groups: 1, kinds: "1 event, 2 updates of users, 1 of groups" },
];

for (const { kinds, mixed = kinds, ...counts } of CASES)
  test(`kinds of ${JSON.stringify(counts)}`, () => {
    assert.equal(describeKinds(counts), kinds);
    assert.equal(describeMixed(counts), mixed);
  });
