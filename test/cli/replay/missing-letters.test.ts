import assert from "node:assert/strict";
import { test } from "node:test";

import { missingOf, type PassCounts } from "../../../cli/replay/missing-letters.ts";

const EARLY = "2026-11-26T10:00:00Z";
const LATE = "2026-11-26T10:05:00Z";
const NOTHING: PassCounts = {
  ...{ seen: 0, laterTimes: [], acknowledged: 0, surveyed: undefined, before: undefined },
  startedAt: Date.parse(EARLY) + 60_000,
};
const early = (messages: number) => ({ messages, measuredAt: EARLY });
const late = (messages: number) => ({ messages, measuredAt: LATE });

const cases: readonly [string, Partial<PassCounts>, readonly [number | null, number, string]][] = [
  ["there are no metrics", {}, [null, 0, ""]],
  ["all came", { seen: 7, before: early(7) }, [7, 0, EARLY]],
  ["more came than the metrics knew of", { seen: 9, before: early(7) }, [7, 0, EARLY]],
  ["another reader holds some", { seen: 5, before: early(7) }, [7, 2, EARLY]],
  ["a survey saw more", { seen: 5, surveyed: 9, before: early(7) }, [9, 4, ""]],
  ["a survey saw less than the metrics", { seen: 5, surveyed: 5, before: early(7) }, [7, 2, EARLY]],
  ["a survey saw it, without metrics", { seen: 5, surveyed: 7 }, [7, 2, ""]],
  [
    "they were dealt with before the metrics of the end",
    { seen: 5, acknowledged: 5, before: early(7), after: late(0) },
    [5, 0, LATE],
  ],
  [
    "of which the metrics of the end still count what this pass has not acknowledged",
    { seen: 5, laterTimes: [Date.parse(LATE)], acknowledged: 2, before: early(9), after: late(6) },
    [7, 2, LATE],
  ],
  [
    "what came after the metrics were measured is not among what they count",
    {
      seen: 5,
      laterTimes: [Date.parse(LATE) + 1],
      acknowledged: 5,
      before: early(9),
      after: late(4),
    },
    [9, 4, EARLY],
  ],
  [
    "the metrics of the end are as old as those of the start",
    { seen: 0, before: early(7), after: early(0) },
    [7, 7, EARLY],
  ],
  [
    "the metrics of the end count what has come since",
    { seen: 5, before: early(7), after: late(20) },
    [7, 2, EARLY],
  ],
];

for (const [name, counts, [expected, missing, measuredAt]] of cases)
  test(`what did not come: ${name}`, () => {
    assert.deepEqual(missingOf({ ...NOTHING, ...counts }), { expected, missing, measuredAt });
  });
