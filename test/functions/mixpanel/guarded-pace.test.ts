import assert from "node:assert/strict";
import { test } from "node:test";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createBreaker } from "../../../functions/mixpanel/breaker.ts";
import { guardPace } from "../../../functions/mixpanel/guarded-pace.ts";
import { createPace } from "../../../functions/mixpanel/pace.ts";

function start() {
  const breaker = createBreaker(
    () => undefined,
    () => 0,
  );
  const pace = createPace({ maxInFlight: 1, now: () => 0, sleep: () => Promise.resolve() });
  return { breaker, pace: guardPace(pace, breaker) };
}

test("a request goes while the breaker is closed", async () => {
  const { pace } = start();

  const leave = await pace.enter(1);
  leave();

  assert.equal(typeof (await pace.enter(1)), "function");
});

test("a request that waited for its turn does not go when the breaker has opened, and frees its place", async () => {
  const { pace, breaker } = start();
  const leave = await pace.enter(1);
  const waiting = [pace.enter(1), pace.enter(1)];

  breaker.refuseCredentials(401);
  leave();

  for (const request of waiting)
    await assert.rejects(
      request,
      (error) => error instanceof UnavailableError && error.message.includes("401"),
    );
});
