import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import type { ReplayReport } from "../../../cli/replay/plan.ts";

interface Texts {
  readonly wouldBeDone: (report: ReplayReport) => string;
  readonly whatWasDone: (report: ReplayReport) => string;
  readonly dryRunOf: (group: { readonly reason: string }) => string;
}

const SCRIPT = new URL("../../../local/page/browser/dead-letter-texts.js", import.meta.url);
const { wouldBeDone, whatWasDone, dryRunOf } = (await import(SCRIPT.href)) as Texts;

const REPORT: ReplayReport = {
  ...{ seen: 3, later: 0, full: false, expected: 3, missing: 0, measuredAt: "" },
  ...{ groups: [], others: 0, refusedAgain: 0 },
  total: {
    ...{ letters: 3, replaced: 3, left: 0 },
    ...{ records: 5, sent: 5, dropped: 0, unrepaired: 0 },
  },
};

test("a replay in which all went well says no more than that", () => {
  assert.equal(whatWasDone(REPORT), "Sent 5 records of 3 dead letters.");
  assert.equal(wouldBeDone(REPORT), "Replaying would send 5 records of 3 dead letters.");
});

test("what is missing, not known, later, left or not repaired is told", () => {
  const missing = { ...REPORT, expected: 4, missing: 1 };
  assert.match(whatWasDone(missing), /letters\. 1 dead letter did not come: another reader/);
  assert.match(wouldBeDone(missing), /letters\. 1 dead letter did not come: another reader/);
  assert.match(whatWasDone({ ...REPORT, expected: null }), /is not known: there are no metrics/);
  assert.match(wouldBeDone({ ...REPORT, expected: null }), /is not known: there are no metrics/);
  assert.match(whatWasDone({ ...REPORT, full: true }), /there may be more/);
  assert.match(whatWasDone({ ...REPORT, later: 2 }), /letters\. 2 dead letters came meanwhile\./);
  const total = { ...REPORT.total, replaced: 2, left: 1, unrepaired: 1, sent: 3 };
  assert.equal(
    whatWasDone({ ...REPORT, total }),
    "Sent 3 records of 2 dead letters, 1 stay, 1 record not repaired.",
  );
});

test("the command for a merged group can be pasted, whatever its reason is", () => {
  assert.equal(dryRunOf({ reason: "" }), "npx --no mixpanel-gcp replay --dry-run");
  const invalid = "npx --no mixpanel-gcp replay --reason 'invalid' --dry-run";
  assert.equal(dryRunOf({ reason: "invalid" }), invalid);
  const reason = "it's; $(exit 3) `x`";
  const words = execFileSync("sh", [
    "-c",
    `npx() { printf '%s\n' "$@"; }; ${dryRunOf({ reason })}`,
  ]);
  assert.deepEqual(words.toString().trim().split("\n").slice(-3), [
    "--reason",
    reason,
    "--dry-run",
  ]);
});
