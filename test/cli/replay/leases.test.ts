import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { createLeases, type LeaseOptions } from "../../../cli/replay/leases.ts";

const SECONDS = 60;

/** Leases whose timer a test turns, and the requests that they make. */
function start(t: TestContext, options: Partial<LeaseOptions> = {}) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const requests: { readonly ackIds: readonly string[]; readonly end: () => void }[] = [];
  const state = { underWay: 0, most: 0 };
  const subscriber = {
    modifyAckDeadline: (ackIds: readonly string[]) =>
      new Promise<void>((resolve) => {
        state.underWay++;
        state.most = Math.max(state.most, state.underWay);
        const end = (): void => {
          state.underWay--;
          resolve();
        };
        requests.push({ ackIds, end });
      }),
  };
  const leases = createLeases(subscriber, { seconds: SECONDS, ...options });
  t.after(() => leases.release({ modifyAckDeadline: () => Promise.resolve() }));
  /** Ends what is under way, until nothing is. */
  const respond = async (onWave: () => void = () => undefined): Promise<void> => {
    for (let done = 0; done < requests.length;) {
      onWave();
      const wave = requests.slice(done);
      done = requests.length;
      for (const { end } of wave) end();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const tick = (): void => {
    t.mock.timers.tick((SECONDS * 1000) / 3);
  };
  const hold = (from: number, to: number): void => {
    for (let id = from; id < to; id++) leases.add(String(id), `ack-${id}`);
  };
  return { leases, requests, state, respond, tick, hold };
}

test("leases are extended several requests at once, each of them once a round", async (t) => {
  const { leases, requests, state, respond, tick, hold } = start(t);
  hold(0, 20_500);
  leases.drop(["0", "1"]);
  tick();
  tick();
  await respond();

  assert.equal(state.most, 8);
  const renewed = requests.flatMap(({ ackIds }) => ackIds);
  assert.equal(renewed.length, 20_498, "a round that is under way is not begun again");
  assert.equal(new Set(renewed).size, 20_498);
  assert.ok(requests.every(({ ackIds }) => ackIds.length <= 1000));
});

test("a letter that is delivered once more is held once, by its last delivery", (t) => {
  const { leases } = start(t);
  assert.equal(leases.add("1", "a"), true);
  assert.equal(leases.add("1", "b"), false);
  assert.deepEqual(leases.ackIdsOf(["1", "2"]), ["b"]);
  leases.drop(["1", "2"]);
  assert.equal(leases.size(), 0);
});

test("no more are held than there is memory for", (t) => {
  const { leases, hold } = start(t, { maxMegabytes: 0.01 });
  hold(0, 50);
  assert.equal(leases.isFull(), false);
  hold(50, 100);
  assert.equal(leases.isFull(), true);
  leases.drop(Array.from({ length: 50 }, (_value, id) => String(id)));
  assert.equal(leases.isFull(), false);
});

test("no more are held than can be extended in time, as fast as the service is", async (t) => {
  let now = 0;
  const { leases, respond, tick, hold } = start(t, { now: () => now });
  hold(0, 20_000);
  assert.equal(leases.isFull(), false, "nothing is known yet");
  tick();
  await respond(() => {
    now += 5000;
  });
  assert.equal(leases.isFull(), false, "three times 5 s");
  hold(20_000, 50_000);
  assert.equal(leases.isFull(), true, "seven times 5 s are more than half a lease");
});

test("a service that hangs once does not end it when few are held", async (t) => {
  let now = 0;
  const { leases, respond, tick, hold } = start(t, { now: () => now });
  hold(0, 100);
  tick();
  await respond(() => {
    now += 50_000;
  });
  assert.equal(leases.isFull(), false);
});
