import assert from "node:assert/strict";
import { test } from "node:test";

import { parseLogLine } from "../../../local/functions/log-lines.ts";
import { createLiveLines } from "../../../local/run/live-lines.ts";
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
  });
});

test("the first critical line is told", async () => {
  const log = createRunLog();

  log.onLine("importObject", line({ severity: "ERROR", message: "Unexpected error" }));
  log.onLine("importObject", line({ severity: "CRITICAL", message: "Mixpanel refused" }));

  assert.equal(await log.critical, "Mixpanel refused");
});

test("while a folder is watched each import is one line, with what was not imported", () => {
  const said: string[] = [];
  const live = createLiveLines((text) => said.push(text));
  const object = { object: "a.ndjson", state: "truncated", records: SETTLED.records };
  const show = (): void => {
    live.onObject(line({ message: "Import complete", ...object, events: SETTLED.events }));
    live.onMessages({ ...SETTLED, messages: 1 });
    live.onOther("importObject", line({ message: "Object skipped", object: "b", reason: "empty" }));
    live.onOther("importMessages", line({ severity: "ERROR", message: "Failed", error: "why" }));
    live.onOther("importMessages", line({ message: "Import succeeded", count: 5 }));
    live.onDeadLetters({
      reason: "invalid",
      field: "time",
      error: "missing",
      records: 1,
      sample: "a.ndjson line 3",
    });
  };

  show();
  assert.deepEqual(said, []);
  live.start();
  show();

  assert.deepEqual(said, [
    "a.ndjson (truncated): 5 read, 2 imported, 1 rejected, 1 unusable, 1 dropped",
    "1 message: 5 read, 2 imported, 1 rejected, 1 unusable, 1 dropped",
    "b: object skipped, empty",
    "importMessages: Failed, why",
    "  not imported: invalid, time: missing (a.ndjson line 3)",
  ]);
});
