import assert from "node:assert/strict";
import { test } from "node:test";

import { createObjectLog } from "../../../local/monitoring/object-log.ts";

const BASE = { severity: "INFO", bucket: "b", generation: "1" };

test("lines about objects are found by message, object and time, newest first", () => {
  let now = 1000;
  const log = createObjectLog(() => now);
  const say = (message: string, object: string) => {
    now += 1000;
    log.onLine("importObject", { ...BASE, message, object });
  };
  say("Import continues", 'a"b\\c');
  say("Object skipped", 'a"b\\c');
  say("Import continues", "other");
  log.onLine("importObject", { severity: "INFO", message: "Import continues" });
  log.onLine("importMessages", { ...BASE, message: "Import continues", object: "a" });
  const found = (filter: string) =>
    log
      .find(filter)
      .map(({ jsonPayload }) => `${jsonPayload.message} ${String(jsonPayload["object"])}`);

  assert.deepEqual(found('jsonPayload.message=("Import continues" OR "Import postponed")'), [
    "Import continues other",
    'Import continues a"b\\c',
  ]);
  const named = `jsonPayload.object=${JSON.stringify('a"b\\c')}`;
  assert.deepEqual(found(`jsonPayload.message=("Object skipped") AND ${named}`), [
    'Object skipped a"b\\c',
  ]);
  const since = JSON.stringify(new Date(4000).toISOString());
  assert.deepEqual(found(`timestamp>=${since}`), ["Import continues other"]);
});

test("the latest 10,000 lines at least are kept, and 20,000 at most", () => {
  const log = createObjectLog(() => 0);
  for (let index = 0; index < 30_001; index++)
    log.onLine("importObject", { ...BASE, message: "Object skipped", object: `${index}` });
  assert.deepEqual(
    log
      .find("")
      .slice(0, 1)
      .map(({ jsonPayload }) => jsonPayload["object"]),
    ["30000"],
  );
  assert.equal(log.find('jsonPayload.object="20001"').length, 1);
  assert.equal(log.find('jsonPayload.object="9999"').length, 0);
});
