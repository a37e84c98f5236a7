import assert from "node:assert/strict";
import { test } from "node:test";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createCircuitBreaker } from "../../../functions/mixpanel/circuit-breaker.ts";
import { guardRateLimiter } from "../../../functions/mixpanel/guarded-rate-limiter.ts";
import { createRateLimiter } from "../../../functions/mixpanel/rate-limiter.ts";

function start() {
  const circuitBreaker = createCircuitBreaker(
    () => undefined,
    () => 0,
  );
  const pace = createRateLimiter({ maxInFlight: 1, now: () => 0, sleep: () => Promise.resolve() });
  return { circuitBreaker, pace: guardRateLimiter(pace, circuitBreaker) };
}

test("a request goes while the circuitBreaker is closed", async () => {
  const { pace } = start();

  const leave = await pace.enter(1);
  leave();

  assert.equal(typeof (await pace.enter(1)), "function");
});

test("a request that waited for its turn does not go when the circuitBreaker has opened, and frees its place", async () => {
  const { pace, circuitBreaker } = start();
  const leave = await pace.enter(1);
  const waiting = [pace.enter(1), pace.enter(1)];

  circuitBreaker.reportBadCredentials(401);
  leave();

  for (const request of waiting)
    await assert.rejects(
      request,
      (error) => error instanceof UnavailableError && error.message.includes("401"),
    );
});
