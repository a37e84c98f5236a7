import assert from "node:assert/strict";
import { test } from "node:test";

import { parseInstant } from "../../cli/parse-instant.ts";
import { parseTime } from "../../cli/replay/replay-flags.ts";

const TABLE = [
  ["2026-11-20", "2026-11-20T00:00:00.000Z"],
  ["2026-11-20T10:00Z", "2026-11-20T10:00:00.000Z"],
  ["2026-11-20t10:00:01.5z", "2026-11-20T10:00:01.500Z"],
  ["2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00.000Z"],
  ["2026-11-20T23:00-02:00", "2026-11-21T01:00:00.000Z"],
] as const;

for (const [text, time] of TABLE)
  test(`${text} is ${time}, wherever it is typed`, () => {
    assert.equal(parseInstant(text), Date.parse(time));
    assert.deepEqual(parseTime(text), { at: Date.parse(time) });
  });

for (const text of [
  ...["2026-11-20T10:00", "2026-11-20 10:00Z", "2026-11-20T10Z", "2026-02-31", "2026-13-01", ""],
  ...["2026-11-20T25:00Z", "20.11.2026", "2026-11-20 ", "now"],
])
  test(`"${text}" is refused, with what may be given`, () => {
    assert.equal(parseInstant(text), undefined);
    assert.throws(() => parseTime(text), /2026-11-20 \(UTC\), 2026-11-20T10:00Z, /);
  });
