import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import { parseLogLine } from "../../../local/functions/log-lines.ts";
import { createRunLog } from "../../../local/run/run-log.ts";

const line = (fields: object) => parseLogLine(JSON.stringify({ severity: "INFO", ...fields }));

const SETTLED = {
  message: "Messages settled",
  messages: 2,
  records: { read: 5, dropped: 1, unusable: 1, used: 3 },
  events: { produced: 3, imported: 2, rejected: 1, idsAdded: 0 },
};

test("what importMessages settled is summed up", () => {
  const log = createRunLog();

  log.onLine("importMessages", line(SETTLED));
  log.onLine("importMessages", line(SETTLED));
  log.onLine("importMessages", line({ message: "Import succeeded", count: 5 }));

  assert.deepEqual(log.messageTotals(), {
    messages: 4,
    records: { read: 10, dropped: 2, unusable: 2, used: 6 },
    events: { produced: 6, imported: 4, rejected: 2 },
    ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
  });
});

test("the first critical line is told", async () => {
  const log = createRunLog();

  log.onLine("importObject", line({ severity: "ERROR", message: "Unexpected error" }));
  log.onLine("importObject", line({ severity: "CRITICAL", message: "Mixpanel refused" }));

  assert.equal(await log.critical, "Mixpanel refused");
});
