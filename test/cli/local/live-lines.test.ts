import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import {
  describeImport,
  describeMessages,
  describeOther,
  describeFirst,
} from "../../../cli/local/live-lines.ts";
import type { LogLine } from "../../../local/functions/log-lines.ts";

const COUNTS = {
  records: { read: 5, dropped: 1, unusable: 1, used: 3 },
  events: { produced: 3, imported: 2, rejected: 1 },
  ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
};

function line(fields: Partial<LogLine>): LogLine {
  return { severity: "INFO", message: "", ...fields };
}

test("an import is one line, with what was not imported", () => {
  const object = { object: "a.ndjson", state: "truncated", ...COUNTS };

  assert.deepEqual(describeImport(line({ message: "Import complete", ...object })), {
    text: "a.ndjson (truncated): 5 read, 2 imported, 2 refused, 1 left out",
    meaning: "bad",
  });
  assert.deepEqual(describeMessages({ ...COUNTS, messages: 1 }), {
    text: "1 message: 5 read, 2 imported, 2 refused, 1 left out",
    meaning: "doubtful",
  });
});

test("an import of nothing is loud", () => {
  const events = { produced: 0, imported: 0, rejected: 0 };
  const object = { object: "a\u001b[2J", state: "complete", ...COUNTS, events };

  assert.deepEqual(describeImport(line({ message: "Import complete", ...object })), {
    text: "a\\u001b[2J: 5 read, NOTHING IMPORTED, 1 refused, 1 left out",
    meaning: "bad",
  });
});

test("updates are told by kind, and those unconfirmed apart", () => {
  const records = { read: 6, dropped: 0, unusable: 0, used: 6 };
  const profiles = { produced: 3, imported: 2, rejected: 0, unconfirmed: 1 };
  const groups = { ...ZERO_UPDATES, produced: 1, imported: 1 };
  const events = { produced: 0, imported: 0, rejected: 0 };
  const told = { object: "a", state: "complete", records, events, profiles, groups };

  assert.deepEqual(describeImport(line({ message: "Import complete", ...told })), {
    text: "a: 6 read, 3 imported (2 updates of users, 1 of groups), 1 unconfirmed",
    meaning: "doubtful",
  });
});

test("of other lines, skipped objects and errors are told", () => {
  const skipped = line({ message: "Object skipped", object: "b", reason: "empty" });
  const failed = line({ severity: "ERROR", message: "Failed", error: "why" });

  assert.equal(describeOther("importObject", skipped)?.text, "b: object skipped, empty");
  assert.equal(describeOther("importMessages", failed)?.text, "importMessages: Failed, why");
  assert.equal(describeOther("importMessages", line({ message: "Import succeeded" })), undefined);
});

test("a reason is told with field, text and place", () => {
  const problem = { reason: "invalid", field: "time", error: "missing" };

  assert.equal(
    describeFirst({ ...problem, records: 1, sample: "a.ndjson line 3" }).text,
    "  not imported: invalid, time: missing (a.ndjson line 3)",
  );
});
