import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  logComplete,
  logContinues,
  logSkipped,
  reportCredentialsError,
} from "../../../functions/objects/run-log.ts";
import type { Receipt } from "../../../functions/objects/receipt.ts";
import { nextProgress, toReceipt } from "../../../functions/objects/run-result.ts";
import { CredentialsError } from "../../../functions/platform/errors.ts";
import type { Log } from "../../../functions/platform/log.ts";
import { COUNTERS, endedRun, OBJECT, WALL_NOW } from "../support/ended-run.ts";

/** The one line that `write` logs. */
function lineOf(write: (log: Log) => void): Parameters<Log> {
  const lines: Parameters<Log>[] = [];
  write((...line) => lines.push(line));
  const [line, ...more] = lines;
  assert.ok(line !== undefined && more.length === 0);
  return line;
}

const RESULT = endedRun({ kind: "complete" });
const RECEIPT = toReceipt(
  RESULT,
  { state: "complete", counters: COUNTERS, firstError: null },
  "hash",
  WALL_NOW,
);
const ERROR = { reason: "rejected", field: "properties.time", line: 7 } as const;

describe("the line of an object that is done with", () => {
  for (const [parts, severity, success] of [
    [{ state: "complete" }, "INFO", true],
    [{ state: "complete", firstError: ERROR }, "WARNING", false],
    // A newer generation is imported in its place: nothing to be done.
    [{ state: "superseded" }, "INFO", false],
    [{ state: "superseded", firstError: ERROR }, "INFO", false],
    [{ state: "truncated" }, "WARNING", false],
    [{ state: "deleted" }, "WARNING", false],
    [{ state: "quarantined", firstError: ERROR }, "WARNING", false],
  ] as const satisfies readonly [Partial<Receipt>, string, boolean][])
    it(`is ${severity}: ${parts.state}${"firstError" in parts ? ", with an error" : ""}`, () => {
      const line = lineOf((log) => {
        logComplete(log, { ...RECEIPT, ...parts }, 2500, []);
      });
      assert.deepEqual([line[0], line[2]?.["success"]], [severity, success]);
    });

  it("names columns that were not read, the first twenty", () => {
    const columns = Array.from({ length: 30 }, (_, index) => `column ${index}`);
    const line = lineOf((log) => {
      logComplete(log, RECEIPT, 2500, columns);
    });
    assert.deepEqual(line[2]?.["columnsLeftOut"], columns.slice(0, 20));
  });

  it("says what the receipt says, and how long all runs and the last one took", () => {
    const line = lineOf((log) => {
      logComplete(log, { ...RECEIPT, firstError: ERROR }, 2500, []);
    });
    assert.deepEqual(line.slice(1), [
      "Import complete",
      {
        success: false,
        first_error: ERROR,
        ...OBJECT,
        size: 100,
        state: "complete",
        records: COUNTERS.records,
        events: COUNTERS.events,
        profiles: COUNTERS.profiles,
        groups: COUNTERS.groups,
        bytes: 80,
        requests: 3,
        retries: 1,
        runs: 1,
        code: "hash",
        startedAt: RECEIPT.startedAt,
        finishedAt: RECEIPT.finishedAt,
        seconds: 60,
        runSeconds: 2.5,
      },
    ]);
  });
});

describe("the lines of an object", () => {
  it("say where a run went on, and why", () => {
    const line = lineOf((log) => {
      logContinues(log, RESULT, nextProgress(RESULT), "out of time", 240_500);
    });
    assert.deepEqual(line, [
      "INFO",
      "Import continues",
      {
        ...OBJECT,
        reason: "out of time",
        run: 1,
        offset: 80,
        percent: 80,
        records: COUNTERS.records,
        events: COUNTERS.events,
        profiles: COUNTERS.profiles,
        groups: COUNTERS.groups,
        seconds: 240.5,
      },
    ]);
  });

  for (const [what, records] of [
    ["compressed", { memberAt: () => ({ compressed: 10, decompressed: 40 }) }],
    ["read by rows", { format: () => ({ name: "parquet" }) as const }],
    ["empty", { size: () => 0 }],
  ] as const)
    it(`do not say how much of an object is read that is ${what}`, () => {
      const result = { ...RESULT, records: { ...RESULT.records, ...records } };
      const line = lineOf((log) => {
        logContinues(log, result, nextProgress(result), "out of time", 0);
      });
      assert.equal(line[2]?.["percent"], undefined);
    });

  it("do not repeat what was wrong with the records", () => {
    const problems = new Map([["transform-failed user-1@example.com", 1]]);
    const result = { ...RESULT, run: { ...RESULT.run, problems } };
    const line = lineOf((log) => {
      logContinues(log, result, nextProgress(result), "out of time", 0);
    });
    assert.doesNotMatch(JSON.stringify(line), /example/);
  });

  it("say why an object is not imported", () => {
    const line = lineOf((log) => {
      logSkipped(log, OBJECT, "a folder");
    });
    assert.deepEqual(line, ["INFO", "Object skipped", { ...OBJECT, reason: "a folder" }]);
  });

  it("wake somebody up when Google refuses the credentials", () => {
    const line = lineOf((log) => {
      reportCredentialsError(log, new CredentialsError("publishing is not allowed (403)", 403));
    });
    assert.deepEqual(line, [
      "CRITICAL",
      "Google refused the credentials",
      { error: "publishing is not allowed (403)" },
    ]);
  });
});
