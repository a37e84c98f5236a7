import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createRateLimiter, type RateLimiter } from "../../../functions/mixpanel/rate-limiter.ts";

const MB = 1024 * 1024;
const FLOOR = 32 * 1024;

interface Clock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Lets time pass, waking up whoever is due on the way. */
  advance(ms: number): Promise<void>;
}

function createClock(): Clock {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const fail = (): void => {
          reject(new DOMException("aborted", "AbortError"));
        };
        if (signal?.aborted === true) fail();
        signal?.addEventListener("abort", fail);
        sleepers.push({ at: now + ms, wake: resolve });
      }),
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        await settle();
        const due = sleepers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== due);
        now = Math.max(now, due.at);
        due.wake();
      }
      now = end;
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function setUp(maxInFlight = 10): { pace: RateLimiter; clock: Clock } {
  const clock = createClock();
  return { pace: createRateLimiter({ maxInFlight, now: clock.now, sleep: clock.sleep }), clock };
}

/** Sends requests one after the other, and tells when each started. */
function sendAll(
  { pace, clock }: { pace: RateLimiter; clock: Clock },
  count: number,
  bytes: number,
) {
  const startedAt: number[] = [];
  const done = (async () => {
    for (let sent = 0; sent < count; sent++) {
      const leave = await pace.enter(bytes);
      startedAt.push(clock.now());
      leave();
    }
  })();
  return { startedAt, done };
}

describe("the pace", () => {
  it("is unlimited until the first refusal", async () => {
    const { pace, clock } = setUp();
    const { startedAt, done } = sendAll({ pace, clock }, 100, MB);
    await done;
    assert.equal(pace.rate(), Infinity);
    assert.ok(startedAt.every((at) => at === 0));
  });

  it("lets no more than the ceiling in, and the next one when one leaves", async () => {
    const { pace } = setUp(3);
    const entered: (() => void)[] = [];
    const enter = async (): Promise<void> => {
      entered.push(await pace.enter(1));
    };
    const waiting = [enter(), enter(), enter(), enter(), enter()];
    await settle();
    assert.equal(entered.length, 3);
    entered[0]?.();
    await settle();
    assert.equal(entered.length, 4);
    entered[1]?.();
    await Promise.all(waiting);
    assert.equal(entered.length, 5);
  });

  it("is half of what was sent after a refusal, and nothing is sent during the pause", async () => {
    const { pace, clock } = setUp();
    await sendAll({ pace, clock }, 10, MB).done;
    await clock.advance(2000);
    pace.refused(3000);
    assert.equal(pace.rate(), (10 * MB) / 2 / 2);

    const { startedAt, done } = sendAll({ pace, clock }, 2, MB);
    await clock.advance(60_000);
    await done;
    assert.deepEqual([startedAt[0], (startedAt[1] ?? 0) > 5000], [5000, true]);
  });

  it("is halved once for a volley, and again for the next refusal", async () => {
    const { pace, clock } = setUp();
    await sendAll({ pace, clock }, 40, MB).done;
    await clock.advance(1000);
    for (let refusal = 0; refusal < 10; refusal++) pace.refused(2000);
    assert.equal(pace.rate(), 20 * MB);
    await clock.advance(2000);
    pace.refused(2000);
    const rate = pace.rate();
    assert.ok(rate < 20 * MB && rate > FLOOR);
  });

  it("pauses for the longest of several refusals", async () => {
    const { pace, clock } = setUp();
    pace.refused(5000);
    pace.refused(2000);
    pace.refused(7000);
    const { startedAt, done } = sendAll({ pace, clock }, 1, 1);
    await clock.advance(60_000);
    await done;
    assert.deepEqual(startedAt, [7000]);
  });

  it("starts a paused request later when another refusal comes", async () => {
    const { pace, clock } = setUp();
    pace.refused(2000);
    const { startedAt, done } = sendAll({ pace, clock }, 1, 1);
    await clock.advance(1000);
    pace.refused(4000);
    await clock.advance(60_000);
    await done;
    assert.deepEqual(startedAt, [5000]);
  });

  it("spreads requests by their bytes, and grows steadily", async () => {
    const { pace, clock } = setUp();
    await sendAll({ pace, clock }, 10, MB).done;
    await clock.advance(10_000);
    pace.refused(1000);
    const before = pace.rate();
    const { startedAt, done } = sendAll({ pace, clock }, 20, MB);
    await clock.advance(120_000);
    await done;
    const gaps = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
    for (const [index, gap] of gaps.entries())
      assert.ok(index === 0 || gap < (gaps[index - 1] ?? 0), gaps.join());
    assert.ok(Math.abs((gaps[0] ?? 0) - (MB / before) * 1000) < 10);
  });

  it("has grown back what it lost a minute after the pause", async () => {
    const { pace, clock } = setUp();
    await sendAll({ pace, clock }, 40, MB).done;
    await clock.advance(1000);
    pace.refused(2000);
    const halved = pace.rate();
    await clock.advance(2000 + 30_000);
    (await pace.enter(0))();
    assert.ok(pace.rate() > halved && pace.rate() < 2 * halved);
    await clock.advance(30_000);
    (await pace.enter(0))();
    assert.ok(pace.rate() >= 2 * halved);
  });

  it("does not fall below its floor", async () => {
    const { pace, clock } = setUp();
    for (let refusal = 0; refusal < 20; refusal++) {
      pace.refused(1);
      await clock.advance(1);
    }
    assert.ok(pace.rate() >= FLOOR && pace.rate() < FLOOR + 1000);
  });

  it("ends a wait at once when it is aborted, and lets the next one in", async () => {
    const { pace, clock } = setUp(1);
    pace.refused(10_000);
    const controller = new AbortController();
    const first = pace.enter(1, controller.signal);
    const second = pace.enter(1);
    controller.abort();
    await assert.rejects(first, { name: "AbortError" });
    await clock.advance(10_000);
    (await second)();
  });

  it("ends a wait for the ceiling at once, and keeps no place for it", async () => {
    const { pace } = setUp(1);
    const leave = await pace.enter(1);
    const controller = new AbortController();
    const given = pace.enter(1, controller.signal);
    const next = pace.enter(1);
    controller.abort();
    await assert.rejects(given, { name: "AbortError" });
    leave();
    (await next)();
    (await pace.enter(1))();
  });

  it("lets nobody in whose time is over already", async () => {
    const { pace } = setUp();
    await assert.rejects(pace.enter(1, AbortSignal.abort()), { name: "AbortError" });
    for (let request = 0; request < 10; request++) await pace.enter(1);
  });
});
