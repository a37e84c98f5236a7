import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { messageDeadline } from "../../../functions/messages/message-deadline.ts";

const NEVER_ABORTED = new AbortController().signal;

describe("the deadline of a message", () => {
  for (const [what, timeBudgetMs, timeoutMs, startBy, endBy] of [
    ["30 seconds for the last request", 60_000, 540_000, 60_000, 90_000],
    ["less for the last request when the timeout is near", 30_000, 60_000, 30_000, 45_000],
    ["no time for the last request with the largest budget", 60_000, 60_000, 45_000, 45_000],
  ] as const)
    it(`leaves ${what}`, () => {
      const deadline = messageDeadline({ timeBudgetMs, timeoutMs }, 1000, NEVER_ABORTED);
      assert.deepEqual([deadline.startBy, deadline.endBy], [1000 + startBy, 1000 + endBy]);
    });

  it("is over before the platform's timeout, and does not end before it may start", () => {
    const settings = fc.record({
      timeoutMs: fc.integer({ min: 60_000, max: 3_600_000 }),
      timeBudgetMs: fc.nat(3_600_000),
    });
    fc.assert(
      fc.property(settings, fc.nat(), (limits, now) => {
        const { startBy, endBy } = messageDeadline(limits, now, NEVER_ABORTED);
        assert.ok(now <= startBy && startBy <= endBy && endBy < now + limits.timeoutMs);
      }),
    );
  });

  it("ends at once when the instance goes away", () => {
    const controller = new AbortController();
    const settings = { timeBudgetMs: 60_000, timeoutMs: 60_000 };
    const { signal } = messageDeadline(settings, 0, controller.signal);
    controller.abort();
    assert.equal(signal.aborted, true);
  });
});
