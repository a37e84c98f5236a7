import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import { createObservers } from "../../../local/run/run-observers.ts";

test("imports are shown only once a folder is watched; the history has them all", () => {
  const shown: string[] = [];
  const show = (text: string) => () => void shown.push(text);
  const { listeners, onDeadLetters, history, goLive } = createObservers([], {
    onObject: show("object"),
    onMessages: show("messages"),
    onDeadLetters: show("dead letters"),
    onOther: show("other"),
  });
  const object = { object: "a.ndjson", generation: "1" };
  const happen = (): void => {
    listeners.onObject?.(object, { severity: "INFO", message: "Import complete", ...object });
    listeners.onMessages?.({
      messages: 1,
      records: { read: 1, dropped: 0, unusable: 0, used: 1 },
      events: { produced: 1, imported: 1, rejected: 0 },
      ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
    });
    listeners.onOther?.("importObject", { severity: "ERROR", message: "Failed" });
    onDeadLetters({ reason: "", field: "", error: "", records: 1, sample: "" });
  };

  happen();
  assert.deepEqual(shown, []);
  assert.equal(history.find("a.ndjson", "1")?.state, "complete");
  goLive();
  happen();

  assert.deepEqual(shown, ["object", "messages", "other", "dead letters"]);
});
