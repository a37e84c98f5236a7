import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  deadlineAt,
  earliest,
  endSignal,
  mayStart,
  startSignal,
  untilEnd,
} from "../../../functions/platform/deadline.ts";
import { deadline, NO_DEADLINE } from "../../support/deadlines.ts";

/** Waits for `signal`, whose timer does not keep the process alive by itself. */
async function aborted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 1000);
  if (!signal.aborted) await once(signal, "abort");
  clearInterval(alive);
}

describe("a deadline", () => {
  it("lets nothing start from its moment on", () => {
    for (const [now, expected] of [
      [99, true],
      [99.9, true],
      [100, false],
      [101, false],
    ] as const)
      assert.equal(mayStart(deadline(100, 200), now), expected, String(now));
  });

  it("at a moment is for the start and the end alike, and no shutdown ends it", () => {
    const { startBy, endBy, signal } = deadlineAt(100);
    assert.deepEqual([startBy, endBy, signal.aborted], [100, 100, false]);
  });

  it("until its end lets things start as long as anything may go on", () => {
    const controller = new AbortController();
    const { startBy, endBy, signal } = untilEnd(deadline(100, 200, controller.signal));
    assert.deepEqual([startBy, endBy], [200, 200]);
    controller.abort();
    assert.equal(signal.aborted, true);
  });
});

describe("the earliest of several deadlines", () => {
  it("leaves none of them more time than it has", () => {
    const times = fc.record({ startBy: fc.nat(), endBy: fc.nat() });
    fc.assert(
      fc.property(fc.array(times, { minLength: 1 }), (all) => {
        const { startBy, endBy } = earliest(
          all.map((one) => ({ ...one, signal: NO_DEADLINE.signal })),
        );
        assert.equal(startBy, Math.min(...all.map((one) => one.startBy)));
        assert.equal(endBy, Math.min(...all.map((one) => one.endBy)));
      }),
    );
  });

  it("ends with whichever signal comes first", () => {
    const controllers = [1, 2, 3].map(() => new AbortController());
    const { signal } = earliest(controllers.map((one) => deadline(1, 2, one.signal)));
    assert.equal(signal.aborted, false);
    controllers[1]?.abort();
    assert.equal(signal.aborted, true);
  });
});

describe("the signals of a deadline", () => {
  it("come when no work may start, and when all is over", async () => {
    const start = startSignal(deadline(10, 1_000_000), 0);
    const end = endSignal(deadline(10, 60), 0);
    await aborted(start);
    assert.equal(end.aborted, false);
    await aborted(end);
    for (const { reason } of [start, end])
      assert.equal(reason instanceof DOMException && reason.name, "TimeoutError");
  });

  it("come at once when the time is over already", async () => {
    await aborted(startSignal(deadline(10, 20), 1_000_000));
    await aborted(endSignal(deadline(10, 20), 1_000_000));
  });

  it("come before the end after as long as one attempt may take", async () => {
    await aborted(endSignal(NO_DEADLINE, 0, 10));
    await aborted(endSignal(deadline(0, 10), 0, 1_000_000));
  });

  it("do not come at once when the time is longer than a timer can be", async () => {
    const far = [Infinity, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER].flatMap((at) => [
      startSignal(deadline(at), 0),
      endSignal(deadline(at), 0),
    ]);
    // A timer that is too long would fire before this one.
    await aborted(endSignal(deadline(20), 0));
    assert.deepEqual(
      far.map((signal) => signal.aborted),
      far.map(() => false),
    );
  });

  it("come with the signal of the deadline", () => {
    const controller = new AbortController();
    const own = deadline(1_000_000, 1_000_000, controller.signal);
    const signals = [startSignal(own, 0), endSignal(own, 0), endSignal(own, 0, 1_000_000)];
    controller.abort(new Error("the instance goes away"));
    for (const { reason } of signals) assert.match(String(reason), /the instance goes away/);
  });
});
