import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { createServiceClock } from "../../../cli/google/service-clock.ts";

const NOW = Date.UTC(2026, 10, 26, 10, 0, 0, 250);

/** A response whose date is cut to the second, as they come. */
function dateOf(ms: number): string {
  return new Date(ms).toUTCString();
}

test("this machine's clock counts until a response contradicts it", () => {
  const clock = createServiceClock(() => NOW);
  assert.equal(clock.now(), NOW);
  clock.observe(undefined, NOW);
  clock.observe("yesterday", NOW);
  clock.observe(dateOf(NOW), NOW - 20);
  assert.equal(clock.now(), NOW);
});

test("a clock that is off by more than a second is corrected, and never to before the truth", () => {
  const minutes = fc.integer({ min: -600_000, max: 600_000 });
  const trips = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(minutes, trips, (off, ways) => {
      let trueNow = NOW;
      const clock = createServiceClock(() => trueNow + off);
      for (const [there, back] of ways) {
        const sentAt = trueNow + off;
        trueNow += there;
        const date = dateOf(trueNow);
        trueNow += back;
        clock.observe(date, sentAt);
      }
      const error = clock.now() - trueNow;
      assert.ok(Math.abs(error) <= 1400, `off by ${error}`);
      if (Math.abs(off) > 1400) assert.ok(error >= 0, `${error} before the truth`);
    }),
  );
});

test("when this machine's clock is set, what was learnt before does not count any more", () => {
  let off = -600_000;
  const clock = createServiceClock(() => NOW + off);
  clock.observe(dateOf(NOW), NOW + off);
  assert.ok(Math.abs(clock.now() - NOW) <= 1000);
  off = 0;
  clock.observe(dateOf(NOW), NOW);
  assert.ok(Math.abs(clock.now() - NOW) <= 1000);
});
