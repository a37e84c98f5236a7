import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import { parseLogLine } from "../../../local/functions/log-lines.ts";
import { createImportHistory } from "../../../local/run/import-history.ts";

const line = (fields: object) => parseLogLine(JSON.stringify({ severity: "INFO", ...fields }));

test("how the import of each generation ended is remembered", () => {
  const history = createImportHistory();
  const records = { read: 5, dropped: 1, unusable: 1, used: 3 };
  const events = { produced: 3, imported: 2, rejected: 1 };
  const profiles = { produced: 4, imported: 2, rejected: 1, unconfirmed: 1 };
  const ended = {
    message: "Import complete",
    object: "a",
    seconds: 1.5,
    records,
    events,
    profiles,
  };

  history.onLine(line({ ...ended, generation: "1", state: "complete" }));
  history.onLine(line({ ...ended, generation: "2", state: "quarantined" }));
  history.onLine(line({ message: "Object skipped", object: "b", generation: "3" }));
  history.onLine(line({ message: "Import continues", object: "c", generation: "4" }));

  const first = {
    state: "complete",
    records,
    events,
    profiles,
    groups: ZERO_UPDATES,
    seconds: 1.5,
  };
  assert.deepEqual(history.find("a", "1"), first);
  assert.equal(history.find("a", "2")?.state, "quarantined");
  assert.equal(history.find("b", "3")?.state, "skipped");
  assert.equal(history.find("c", "4"), undefined);
});

test("the oldest imports are forgotten", () => {
  const history = createImportHistory();

  for (let index = 0; index <= 10_000; index += 1)
    history.onLine(line({ message: "Import complete", object: `o${index}`, generation: "1" }));

  assert.equal(history.find("o0", "1"), undefined);
  assert.equal(history.find("o1", "1")?.state, "complete");
  assert.equal(history.find("o10000", "1")?.state, "complete");
});
