import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { decodeContinuation, firstProgress } from "../../../functions/objects/continuation.ts";
import type { FirstError } from "../../../functions/objects/receipt.ts";
import {
  hasProgress,
  nextProgress,
  toContinuation,
  toReceipt,
  totals,
} from "../../../functions/objects/run-result.ts";
import { addCounters, ZERO_COUNTERS } from "../../../functions/records/counters.ts";
import { COUNTERS, endedRun, OBJECT, STARTED_AT, WALL_NOW } from "../support/ended-run.ts";

const ERROR: FirstError = { reason: "invalid", field: "event", error: "missing", line: 3 };
const LATER: FirstError = { ...ERROR, line: 90 };

/** A second run, from byte 50 on, of an object in which the first one found `firstError`. */
function secondRun(firstError: FirstError | null = null) {
  const progress = {
    ...firstProgress(STARTED_AT),
    position: { offset: 50, line: 4, member: null },
    counters: COUNTERS,
    firstError,
    run: 2,
  };
  return endedRun({ kind: "stopped", reason: "out of time" }, { progress });
}

describe("the totals of an object", () => {
  it("are those of all runs", () => {
    const { counters } = totals(secondRun());
    assert.deepEqual(counters, addCounters(COUNTERS, COUNTERS));
    assert.deepEqual([counters.records.read, counters.requests], [10, 6]);
  });

  it("name the first error of the first run that found one", () => {
    const found = (before: FirstError | null, now: FirstError | null) => {
      const result = secondRun(before);
      const watermark = { ...result.run.watermark, firstError: now };
      return totals({ ...result, run: { ...result.run, watermark } }).firstError;
    };
    assert.deepEqual(found(null, null), null);
    assert.deepEqual(found(ERROR, LATER), ERROR);
    assert.deepEqual(found(null, LATER), LATER);
  });
});

describe("the progress of a run", () => {
  it("is what it settled beyond where it began", () => {
    const end = { kind: "stopped", reason: "out of time" } as const;
    assert.equal(hasProgress(endedRun(end, { offset: 0 })), false);
    assert.equal(hasProgress(endedRun(end, { offset: 1 })), true);
    const { progress } = secondRun();
    assert.equal(hasProgress(endedRun(end, { progress, offset: 50 })), false);
    assert.equal(hasProgress(endedRun(end, { progress, offset: 51 })), true);
  });

  it("is where the next run goes on", () => {
    const result = secondRun(ERROR);
    const records = {
      ...result.records,
      memberAt: (offset: number) => ({ compressed: offset / 2, decompressed: offset - 1 }),
    };
    assert.deepEqual(nextProgress({ ...result, records }), {
      position: { offset: 80, line: 6, member: { compressed: 40, decompressed: 79 } },
      counters: addCounters(COUNTERS, COUNTERS),
      firstError: ERROR,
      problems: new Map(),
      run: 3,
      startedAt: STARTED_AT,
      size: 100,
    });
  });

  it("says nothing of the size of an object when no message did", () => {
    const result = secondRun();
    const next = nextProgress({ ...result, request: { ...result.request, size: undefined } });
    assert.equal("size" in next, false);
  });

  it("carries the problems that the object will be judged by", () => {
    const result = secondRun();
    const problems = new Map([["malformed", 7]]);
    const next = nextProgress({ ...result, run: { ...result.run, problems } });
    assert.deepEqual(next.problems, problems);
  });
});

describe("a continuation", () => {
  const result = secondRun(ERROR);

  it("has the attributes of the message it follows, and the progress", () => {
    const next = nextProgress(result);
    const { data, attributes } = toContinuation(result.request, next);
    assert.deepEqual(attributes, { ...result.request.attributes, eventType: "IMPORT_CONTINUE" });
    assert.deepEqual(decodeContinuation(data), next);
  });

  it("keeps the name under which the object is imported again, also one that was given to it", () => {
    const again = { ...result.request, importId: "77" };
    const { data, attributes } = toContinuation(again, nextProgress(result));
    assert.equal(attributes["importId"], "77");
    assert.match(data.toString(), /"importId":"77"/);
  });
});

describe("a receipt", () => {
  const OUTCOME = { state: "complete", counters: COUNTERS, firstError: null } as const;

  it("says everything about the import", () => {
    assert.deepEqual(toReceipt(secondRun(), OUTCOME, "hash", WALL_NOW), {
      version: 1,
      ...OBJECT,
      size: 100,
      state: "complete",
      records: COUNTERS.records,
      events: COUNTERS.events,
      profiles: COUNTERS.profiles,
      groups: COUNTERS.groups,
      bytes: 80,
      requests: COUNTERS.requests,
      retries: COUNTERS.retries,
      runs: 2,
      code: "hash",
      firstError: null,
      startedAt: STARTED_AT,
      finishedAt: "2026-01-01T00:01:00.000Z",
    });
  });

  it("counts the bytes that were read of an object of which nothing is settled", () => {
    const outcome = {
      ...OUTCOME,
      state: "quarantined",
      counters: ZERO_COUNTERS,
      bytes: 4711,
    } as const;
    const { bytes, state } = toReceipt(secondRun(), outcome, "hash", WALL_NOW);
    assert.deepEqual([bytes, state], [4711, "quarantined"]);
  });
});
