import assert from "node:assert/strict";
import { test } from "node:test";

import { describeOutcome } from "../../../cli/terminal/verdict.ts";

const OUTCOMES = [
  {
    what: "some refused",
    outcome: {
      read: 3000,
      imported: 2110,
      refused: 890,
      leftOut: 0,
      unconfirmed: 0,
      isDamaged: false,
    },
    text: "2,110 of 3,000 imported, 890 refused, 0 left out.",
  },
  {
    what: "no records",
    outcome: { read: 0, imported: 0, refused: 0, leftOut: 0, unconfirmed: 0, isDamaged: false },
    text: "0 of 0 imported, 0 refused, 0 left out.",
  },
  {
    what: "nothing can be read",
    outcome: { read: 0, imported: 0, refused: 0, leftOut: 0, unconfirmed: 0, isDamaged: true },
    text: "0 of 0 imported, 0 refused, 0 left out.\nNOTHING WAS IMPORTED: see the reasons above.",
  },
  {
    what: "several made of a record",
    outcome: {
      ...{ read: 5, imported: 8, refused: 1, leftOut: 0, unconfirmed: 0, isDamaged: false },
    },
    text: "5 records: 8 imported, 1 refused, 0 left out.",
  },
  {
    what: "everything refused",
    outcome: { read: 2, imported: 0, refused: 2, leftOut: 0, unconfirmed: 0, isDamaged: false },
    text: "0 of 2 imported, 2 refused, 0 left out.\nNOTHING WAS IMPORTED: see the reasons above.",
  },
  {
    what: "everything left out",
    outcome: { read: 2, imported: 0, refused: 0, leftOut: 2, unconfirmed: 0, isDamaged: false },
    text: "0 of 2 imported, 0 refused, 2 left out.\nNOTHING WAS IMPORTED: the transform leaves every record out.",
  },
  {
    what: "everything unconfirmed",
    outcome: { read: 2, imported: 0, refused: 0, leftOut: 0, unconfirmed: 2, isDamaged: false },
    text: "0 of 2 imported, 0 refused, 0 left out, 2 unconfirmed.",
  },
];

for (const { what, outcome, text } of OUTCOMES)
  test(`${what}: the verdict says so`, () => {
    assert.equal(describeOutcome(outcome, "imported"), text);
  });

test("a dry run says what would be", () => {
  assert.match(
    describeOutcome(
      { read: 1, imported: 0, refused: 1, leftOut: 0, unconfirmed: 0, isDamaged: false },
      "would be imported",
    ),
    /^0 of 1 would be imported, .*\nNOTHING WOULD BE IMPORTED: /,
  );
});
