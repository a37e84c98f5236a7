import { plain } from "../../cli/terminal/paint.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import { identity } from "../../functions/event/transform-contract.ts";
import { Examination } from "../../check/examination.ts";
import { SIMULATED_RULES } from "../../cli/check/mixpanel-rules.ts";
import { formatReport } from "../../cli/check/check-report.ts";
import { events, ndjson } from "../support/factories.ts";
import { UNWATCHED } from "../support/unwatched.ts";

/** A dry run of one file of `bad` records that are refused, and `good` ones behind them. */
async function checkFile(bad: number, good: number) {
  const content = Buffer.from(`${"{}\n".repeat(bad)}${ndjson(events(good))}`);
  const examination = new Examination({
    watchdog: UNWATCHED,
    transform: identity,
    strict: false,
    rules: SIMULATED_RULES,
    now: () => Date.UTC(2026, 0, 1),
  });
  async function* open(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield content;
  }
  const object = { bucket: "local", object: "rows.ndjson", generation: "0" };
  const source = { name: "rows.ndjson", object, bytes: content.length, open };
  await examination.examine(source, () => undefined);
  return examination.summary();
}

test("a file whose first records are refused is told to be quarantined, as the function would", async () => {
  for (const [bad, good, expected] of [
    [900, 5000, true],
    [899, 5000, false],
    [999, 0, false],
    [1000, 0, true],
  ] as const) {
    const summary = await checkFile(bad, good);
    assert.equal(summary.files[0]?.isQuarantined, expected, `${bad}`);
    assert.equal(summary.ok, !expected && good > 0);
    const report = formatReport(summary, { paint: plain, columns: 80 });
    assert.equal(report.includes("rows.ndjson WOULD BE QUARANTINED"), expected);
  }
});
