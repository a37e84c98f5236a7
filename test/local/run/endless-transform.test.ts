import assert from "node:assert/strict";
import { test } from "node:test";

import { nameRecord, STILL_RUNNING } from "../../../local/run/endless-transform.ts";

const TOLD = { severity: "CRITICAL", message: STILL_RUNNING, error: "it is at a.ts:3." };
const places = { find: (id: string) => (id === "7" ? "m.ndjson line 2" : undefined) };

const CASES = [
  ["an object's line", { object: "a.ndjson", line: 4 }, "a.ndjson line 4: it is at a.ts:3."],
  ["a message of a file", { messageId: "7", line: 1 }, "m.ndjson line 2: it is at a.ts:3."],
  ["any other message", { messageId: "8", line: 1 }, "message 8: it is at a.ts:3."],
] as const;

for (const [what, fields, message] of CASES)
  test(`${what} is named in the message`, () => {
    assert.deepEqual(nameRecord({ ...TOLD, ...fields }, places), {
      ...{ severity: "CRITICAL", message, ...fields },
    });
  });

test("another line stays as it is", () => {
  const line = { severity: "INFO", message: "Import complete", object: "a", line: 4 };
  assert.equal(nameRecord(line, places), line);
});
