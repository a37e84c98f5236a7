import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createRateLimiter, type RateLimiter } from "../../../functions/mixpanel/rate-limiter.ts";
import { NO_DEADLINE } from "../../support/deadlines.ts";

const MB = 1024 * 1024;
const FLOOR = 32 * 1024;

interface Clock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
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
        if (signal.aborted) fail();
        signal.addEventListener("abort", fail);
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

function setUp(
  maxInFlight = 10,
  blockedReason = (): string | undefined => undefined,
): { limiter: RateLimiter; clock: Clock } {
  const clock = createClock();
  return {
    limiter: createRateLimiter({ maxInFlight, blockedReason, now: clock.now, sleep: clock.sleep }),
    clock,
  };
}

/** Sends requests one after the other, and tells when each started. */
function sendAll(
  { limiter, clock }: { limiter: RateLimiter; clock: Clock },
  count: number,
  bytes: number,
) {
  const startedAt: number[] = [];
  const done = (async () => {
    for (let sent = 0; sent < count; sent++) {
      const release = await limiter.acquire(bytes, NO_DEADLINE.signal);
      startedAt.push(clock.now());
      release();
    }
  })();
  return { startedAt, done };
}

describe("the rate limiter", () => {
  it("is unlimited until the first refusal", async () => {
    const { limiter, clock } = setUp();
    const { startedAt, done } = sendAll({ limiter, clock }, 100, MB);
    await done;
    assert.equal(limiter.rate(), Infinity);
    assert.ok(startedAt.every((at) => at === 0));
  });

  it("lets no more than the ceiling in, and the next one when one leaves", async () => {
    const { limiter } = setUp(3);
    const acquired: (() => void)[] = [];
    const acquire = async (): Promise<void> => {
      acquired.push(await limiter.acquire(1, NO_DEADLINE.signal));
    };
    const waiting = [acquire(), acquire(), acquire(), acquire(), acquire()];
    await settle();
    assert.equal(acquired.length, 3);
    acquired[0]?.();
    await settle();
    assert.equal(acquired.length, 4);
    acquired[1]?.();
    await Promise.all(waiting);
    assert.equal(acquired.length, 5);
  });

  it("is half of what was sent after a refusal, and nothing is sent during the pause", async () => {
    const { limiter, clock } = setUp();
    await sendAll({ limiter, clock }, 10, MB).done;
    await clock.advance(2000);
    limiter.throttled(3000);
    assert.equal(limiter.rate(), (10 * MB) / 2 / 2);

    const { startedAt, done } = sendAll({ limiter, clock }, 2, MB);
    await clock.advance(60_000);
    await done;
    assert.deepEqual([startedAt[0], (startedAt[1] ?? 0) > 5000], [5000, true]);
  });

  it("is halved once for a volley, and again for the next refusal", async () => {
    const { limiter, clock } = setUp();
    await sendAll({ limiter, clock }, 40, MB).done;
    await clock.advance(1000);
    for (let refusal = 0; refusal < 10; refusal++) limiter.throttled(2000);
    assert.equal(limiter.rate(), 20 * MB);
    await clock.advance(2000);
    limiter.throttled(2000);
    const rate = limiter.rate();
    assert.ok(rate < 20 * MB && rate > FLOOR);
  });

  it("pauses for the longest of several refusals", async () => {
    const { limiter, clock } = setUp();
    limiter.throttled(5000);
    limiter.throttled(2000);
    limiter.throttled(7000);
    const { startedAt, done } = sendAll({ limiter, clock }, 1, 1);
    await clock.advance(60_000);
    await done;
    assert.deepEqual(startedAt, [7000]);
  });

  it("starts a paused request later when another refusal comes", async () => {
    const { limiter, clock } = setUp();
    limiter.throttled(2000);
    const { startedAt, done } = sendAll({ limiter, clock }, 1, 1);
    await clock.advance(1000);
    limiter.throttled(4000);
    await clock.advance(60_000);
    await done;
    assert.deepEqual(startedAt, [5000]);
  });

  it("spreads requests by their bytes, and grows steadily", async () => {
    const { limiter, clock } = setUp();
    await sendAll({ limiter, clock }, 10, MB).done;
    await clock.advance(10_000);
    limiter.throttled(1000);
    const before = limiter.rate();
    const { startedAt, done } = sendAll({ limiter, clock }, 20, MB);
    await clock.advance(120_000);
    await done;
    const gaps = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
    for (const [index, gap] of gaps.entries())
      assert.ok(index === 0 || gap <= (gaps[index - 1] ?? 0), gaps.join());
    // The rate grows while the second request waits for its turn.
    const steady = (MB / before) * 1000;
    assert.ok((gaps[0] ?? 0) <= steady && (gaps[0] ?? 0) > steady / 2, gaps.join());
  });

  it("is measured over the time that requests take: one that hangs says nothing of those before", async () => {
    const { limiter, clock } = setUp();
    await sendAll({ limiter, clock }, 100, MB).done;
    const release = await limiter.acquire(MB, NO_DEADLINE.signal);
    await clock.advance(11_000);
    release();
    limiter.throttled(3000);
    const halved = limiter.rate();
    assert.ok(halved > MB, String(halved));
  });

  it("is half of what it was half a minute after an outage", async () => {
    const { limiter, clock } = setUp();
    await sendAll({ limiter, clock }, 100, MB).done;
    for (let refusal = 0; refusal < 10; refusal++) {
      let release: (() => void) | undefined;
      void limiter.acquire(0, NO_DEADLINE.signal).then((end) => (release = end));
      while (release === undefined) await clock.advance(10);
      release();
      limiter.throttled(1000);
      await clock.advance(1000);
      if (refusal === 0) assert.ok(limiter.rate() > MB);
    }
    const during = limiter.rate();
    await clock.advance(30_000);
    (await limiter.acquire(0, NO_DEADLINE.signal))();
    assert.ok(during < MB / 10 && limiter.rate() > MB, `${during} ${limiter.rate()}`);
  });

  it("has grown back what it lost a minute after the pause", async () => {
    const { limiter, clock } = setUp();
    await sendAll({ limiter, clock }, 40, MB).done;
    await clock.advance(1000);
    limiter.throttled(2000);
    const halved = limiter.rate();
    await clock.advance(2000 + 30_000);
    (await limiter.acquire(0, NO_DEADLINE.signal))();
    assert.ok(limiter.rate() > halved && limiter.rate() < 2 * halved);
    await clock.advance(30_000);
    (await limiter.acquire(0, NO_DEADLINE.signal))();
    assert.ok(limiter.rate() >= 2 * halved);
  });

  it("does not fall below its floor", async () => {
    const { limiter, clock } = setUp();
    for (let refusal = 0; refusal < 20; refusal++) {
      limiter.throttled(1);
      await clock.advance(1);
    }
    assert.ok(limiter.rate() >= FLOOR && limiter.rate() < FLOOR + 1000);
  });

  it("ends a wait at once when it is aborted, and lets the next one in", async () => {
    const { limiter, clock } = setUp(1);
    limiter.throttled(10_000);
    const controller = new AbortController();
    const first = limiter.acquire(1, controller.signal);
    const second = limiter.acquire(1, NO_DEADLINE.signal);
    controller.abort();
    await assert.rejects(first, { name: "AbortError" });
    await clock.advance(10_000);
    (await second)();
  });

  it("ends a wait for the ceiling at once, and keeps no place for it", async () => {
    const { limiter } = setUp(1);
    const release = await limiter.acquire(1, NO_DEADLINE.signal);
    const controller = new AbortController();
    const given = limiter.acquire(1, controller.signal);
    const next = limiter.acquire(1, NO_DEADLINE.signal);
    controller.abort();
    await assert.rejects(given, { name: "AbortError" });
    release();
    (await next)();
    (await limiter.acquire(1, NO_DEADLINE.signal))();
  });

  it("lets nobody in whose time is over already", async () => {
    const { limiter } = setUp();
    await assert.rejects(limiter.acquire(1, AbortSignal.abort()), { name: "AbortError" });
    for (let request = 0; request < 10; request++) await limiter.acquire(1, NO_DEADLINE.signal);
  });

  it("lets nobody in who waited while the circuit breaker opened, and frees the place", async () => {
    let reason: string | undefined;
    const { limiter } = setUp(1, () => reason);
    const release = await limiter.acquire(1, NO_DEADLINE.signal);
    const waiting = [1, 2].map(() => limiter.acquire(1, NO_DEADLINE.signal));
    reason = "Mixpanel refused the credentials (401)";
    release();
    for (const request of waiting)
      await assert.rejects(request, { name: "UnavailableError", message: reason });
    reason = undefined;
    (await limiter.acquire(1, NO_DEADLINE.signal))();
  });
});
