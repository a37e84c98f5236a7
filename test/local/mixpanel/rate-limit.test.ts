import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { createRateLimiter } from "../../../local/mixpanel/rate-limit.ts";
import { startSimulator } from "../../../local/mixpanel/simulator.ts";
import { NOW_MS, sendEvents, validEvent, validEvents } from "./import-client.ts";

function limiterAt(start: number, eventsPerSecond: number, bytesPerMinute: number) {
  let now = start;
  const limiter = createRateLimiter(() => now, { eventsPerSecond, bytesPerMinute });
  return { ...limiter, advance: (ms: number) => (now += ms) };
}

describe("the rate limit", () => {
  it("admits as many events as fit into a rolling minute", () => {
    const limiter = limiterAt(0, 10, 1e9);
    assert.ok(limiter.admit(400, 1));
    limiter.advance(30_000);
    assert.ok(limiter.admit(200, 1));
    assert.equal(limiter.hasRoom(), false);
    limiter.advance(29_999);
    assert.equal(limiter.admit(1, 1), false);
    limiter.advance(1);
    assert.equal(limiter.admit(401, 1), false);
    assert.ok(limiter.admit(400, 1));
  });

  it("judges bytes apart from events", () => {
    const limiter = limiterAt(0, 1e6, 1000);
    assert.ok(limiter.admit(1, 900));
    assert.equal(limiter.admit(1, 101), false);
    assert.ok(limiter.admit(1, 100));
  });

  it("takes a request larger than the limit when the minute is empty", () => {
    const limiter = limiterAt(0, 1, 10);
    assert.ok(limiter.admit(2000, 5000));
    assert.equal(limiter.hasRoom(), false);
    limiter.advance(60_000);
    assert.ok(limiter.admit(2000, 5000));
  });

  it("starts anew when the clock is set back", () => {
    const limiter = limiterAt(1e9, 1, 1e9);
    assert.ok(limiter.admit(60, 1));
    limiter.advance(-1e6);
    assert.ok(limiter.admit(60, 1));
  });

  it("never admits more than the limit in any 60 seconds", () => {
    const requests = fc.array(
      fc.record({ waitMs: fc.nat(20_000), events: fc.integer({ min: 1, max: 60 }) }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(requests, (sequence) => {
        const limiter = limiterAt(0, 1, 1e9);
        const admitted: { at: number; events: number }[] = [];
        for (const { waitMs, events } of sequence) {
          const at = limiter.advance(waitMs);
          if (limiter.admit(events, 1)) admitted.push({ at, events });
        }
        return admitted.every(({ at: end }) => {
          const inWindow = admitted.filter(({ at }) => at > end - 60_000 && at <= end);
          return inWindow.reduce((sum, { events }) => sum + events, 0) <= 60;
        });
      }),
    );
  });
});

describe("the simulator's rate limit", () => {
  it("lets requests through again when the minute has passed", async (t) => {
    const simulator = await startSimulator({
      now: () => NOW_MS,
      rateLimit: { eventsPerSecond: 1 },
    });
    t.after(() => simulator.stop());
    const send = async (events: readonly unknown[]) => (await sendEvents(simulator, events)).status;

    assert.equal(await send([...validEvents(30), ...validEvents(30)]), 200);
    assert.equal(await send([validEvent()]), 429);
    simulator.clock.advance(60_000);
    assert.equal(await send([validEvent()]), 200);
    assert.equal(simulator.stats().busiestMinute.refused, 1);
  });

  it("counts events that were refused for a rule, but not those refused for the rate", async (t) => {
    const simulator = await startSimulator({
      now: () => NOW_MS,
      rateLimit: { eventsPerSecond: 1 },
    });
    t.after(() => simulator.stop());
    const bad = Array.from({ length: 50 }, () => ({ event: "" }));
    const send = async (events: readonly unknown[]) => (await sendEvents(simulator, events)).status;

    assert.equal(await send(bad), 400);
    assert.equal(await send(validEvents(20)), 429);
    assert.equal(await send(validEvents(10)), 200);
    assert.equal(await send(validEvents(1)), 429);
  });

  it("is each project's own, and can be lifted", async (t) => {
    const simulator = await startSimulator({
      now: () => NOW_MS,
      rateLimit: { eventsPerSecond: 1 },
      projects: [
        { id: "1", token: "one" },
        { id: "2", token: "two" },
      ],
    });
    t.after(() => simulator.stop());
    const send = async (token: string) =>
      (await sendEvents({ url: simulator.url, token }, validEvents(60))).status;

    assert.deepEqual([await send("one"), await send("one"), await send("two")], [200, 429, 200]);
    simulator.setRateLimit(undefined);
    assert.equal(await send("one"), 200);
  });

  it("responds to a request without strict in the words observed there", async (t) => {
    const simulator = await startSimulator({
      now: () => NOW_MS,
      rateLimit: { eventsPerSecond: 1 },
    });
    t.after(() => simulator.stop());
    await sendEvents(simulator, validEvents(60));
    const response = await sendEvents(simulator, validEvents(1), { query: "?strict=0&verbose=1" });
    assert.equal(response.status, 429);
    assert.deepEqual(response.json, {
      error: "Project exceeded rate limits. Please retry the request with exponential backoff.",
      status: 0,
    });
  });
});
