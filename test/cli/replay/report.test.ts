import assert from "node:assert/strict";
import { test } from "node:test";

import { createReport, leftOutcome } from "../../../cli/replay/report.ts";

test("beyond a thousand groups the others are merged, which is said, and no count is lost", () => {
  const builder = createReport(false);
  for (let index = 0; index < 2500; index++) {
    const attributes = { version: "1", reason: "invalid", source: `gs://b/${index}#1` };
    const letter = {
      ...{ ackId: "1", messageId: String(index), publishTime: "", data: Buffer.from("{}") },
      attributes: { ...attributes, bucketId: "b", objectId: `${index}`, objectGeneration: "1" },
    };
    const counts = { records: 2, sent: 1, dropped: 1, unrepaired: 0 };
    const none = { repairError: "", examples: [], refusedAgain: 0, refusal: "" };
    builder.add(letter, { action: "records", why: "", ...none, ...counts });
  }
  const end = { seen: 2500, later: 0, expected: 2500, missing: 0, measuredAt: "", full: false };
  const { groups, total } = builder.report(end);
  assert.equal(groups.length, 1001);
  const [first] = groups;
  assert.deepEqual(
    [first?.isMerged, first?.letters, first?.records, first?.source],
    [true, 1500, 3000, ""],
  );
  assert.ok(groups.slice(1).every(({ isMerged }) => !isMerged));
  assert.deepEqual([total.letters, total.records, total.sent], [2500, 5000, 2500]);
});

test("reasons to leave letters, and those of strangers, may be as many as letters, too", () => {
  const builder = createReport(false);
  for (let index = 0; index < 5000; index++) {
    const letter = {
      ...{ messageId: String(index), publishTime: "", data: Buffer.from("{}") },
      attributes: { reason: index % 2 === 0 ? `r${index}` : "invalid", source: String(index) },
    };
    builder.add(letter, leftOutcome(letter, `the object ${index} cannot be read`));
  }
  const end = { seen: 5000, later: 0, expected: 5000, missing: 0, measuredAt: "", full: false };
  const { groups, total } = builder.report(end);
  assert.equal(groups.length, 2001);
  const [first] = groups;
  assert.deepEqual(
    [first?.isMerged, first?.letters, first?.reason, first?.why],
    [true, 3000, "", "each for its own reason"],
  );
  assert.deepEqual([total.letters, total.left], [5000, 5000]);
});
