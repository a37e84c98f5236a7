import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { runDeadlines } from "../../../functions/objects/run-deadlines.ts";

const NEVER_ABORTED = new AbortController().signal;

describe("the deadlines of a run", () => {
  it("leave time for the requests under way, and then for the continuation", () => {
    const { startedAt, work, receipt, finish } = runDeadlines(
      { timeBudgetMs: 400_000, timeoutMs: 540_000 },
      1000,
      NEVER_ABORTED,
    );
    assert.equal(startedAt, 1000);
    assert.deepEqual([work.startBy, work.endBy], [401_000, 526_000]);
    assert.deepEqual([receipt.startBy, receipt.endBy], [531_000, 531_000]);
    assert.deepEqual([finish.startBy, finish.endBy], [536_000, 536_000]);
  });

  it("start nothing after the end of the work, however large the budget", () => {
    const { work } = runDeadlines({ timeBudgetMs: 540_000, timeoutMs: 540_000 }, 0, NEVER_ABORTED);
    assert.deepEqual([work.startBy, work.endBy], [525_000, 525_000]);
  });

  it("are in order, and all before the platform's timeout", () => {
    const settings = fc
      .integer({ min: 60_000, max: 3_600_000 })
      .chain((timeoutMs) =>
        fc.record({ timeoutMs: fc.constant(timeoutMs), timeBudgetMs: fc.nat(timeoutMs) }),
      );
    fc.assert(
      fc.property(settings, fc.nat(), (limits, startedAt) => {
        const { work, receipt, finish } = runDeadlines(limits, startedAt, NEVER_ABORTED);
        const times = [startedAt, work.startBy, work.endBy, finish.startBy, finish.endBy];
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.ok(finish.endBy < startedAt + limits.timeoutMs);
        assert.ok(work.endBy < receipt.startBy);
        // A receipts bucket that hangs leaves time for the continuation.
        assert.ok(receipt.endBy < finish.startBy);
      }),
    );
  });

  it("end the work when the instance goes away, and not what hands it over", () => {
    const controller = new AbortController();
    const settings = { timeBudgetMs: 1000, timeoutMs: 60_000 };
    const { work, finish } = runDeadlines(settings, 0, controller.signal);
    controller.abort();
    assert.deepEqual([work.signal.aborted, finish.signal.aborted], [true, false]);
  });
});
