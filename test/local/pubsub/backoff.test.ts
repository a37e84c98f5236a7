import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { backoffDelay } from "../../../local/pubsub/backoff.ts";
import { createFifo } from "../../../local/pubsub/fifo.ts";
import { createPushWindow } from "../../../local/pubsub/push-window.ts";

const POLICY = { minimumBackoffMs: 10_000, maximumBackoffMs: 600_000 };

test("the backoff doubles from the minimum to the maximum", () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) => backoffDelay(POLICY, attempt, 0.5));

  assert.deepEqual(
    delays,
    [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000, 600_000],
  );
});

test("the backoff is spread, and never outside of its bounds", () => {
  assert.notEqual(backoffDelay(POLICY, 3, 0), backoffDelay(POLICY, 3, 0.9));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (attempt, random) => {
        const delay = backoffDelay(POLICY, attempt, random);
        return delay >= POLICY.minimumBackoffMs && delay <= POLICY.maximumBackoffMs;
      },
    ),
  );
});

test("the push window starts small, grows with successes, halves with failures", () => {
  const window = createPushWindow(8);
  const sizes = [window.size()];
  const outcomes = [...Array<boolean>(6).fill(true), false, false, false, true, false, false];
  for (const succeeded of outcomes) {
    if (succeeded) window.succeeded();
    else window.failed();
    sizes.push(window.size());
  }

  assert.deepEqual(sizes, [4, 5, 6, 7, 8, 8, 8, 4, 2, 1, 2, 1, 1]);
});

test("the push window never exceeds its maximum, also when that is smaller than its start", () => {
  assert.equal(createPushWindow(1).size(), 1);
});

test("a queue gives back what was put in, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const fifo = createFifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) assert.equal(fifo.shift(), model.shift());
        else {
          fifo.push(step);
          model.push(step);
        }
        assert.equal(fifo.size(), model.length);
      }
    }),
  );
});

test("a queue stays correct past the length at which it drops what was taken", () => {
  const fifo = createFifo<number>();
  for (let item = 0; item < 5000; item += 1) fifo.push(item);

  const taken = Array.from({ length: 5000 }, () => fifo.shift());

  assert.deepEqual(
    taken,
    Array.from({ length: 5000 }, (_, index) => index),
  );
  assert.equal(fifo.shift(), undefined);
});
