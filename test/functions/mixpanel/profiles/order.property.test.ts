import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { createRunUpdates } from "../../../../functions/objects/run-updates.ts";
import { CONTEXT, setUpProfiles, updateOf, type SentUpdate } from "../../support/fake-profiles.ts";
import { apply, isBad, treat, TREATMENTS, type Profiles } from "../../support/profile-model.ts";

const id = fc.constantFrom("ann", "bob", "eve", "zoë");
const name = fc.constantFrom("a", "b");
const value = fc.nat(9);

const update: fc.Arbitrary<SentUpdate> = fc
  .tuple(
    id,
    fc.oneof(
      { weight: 3, arbitrary: fc.dictionary(name, value).map(($set) => ({ $set })) },
      fc.dictionary(name, value).map(($set_once) => ({ $set_once })),
      fc.tuple(name, value).map(([key, one]) => ({ $union: { [`list ${key}`]: [one] } })),
      fc.tuple(name).map((names) => ({ $unset: names })),
      fc.constant({ $set: { bad: true } }),
    ),
  )
  .map(([$distinct_id, operation]) => ({ $distinct_id, ...operation }));

const world = fc.record({
  updates: fc.array(update, { minLength: 1, maxLength: 60 }),
  slice: fc.integer({ min: 1, max: 20 }),
  /** Of the requests, one after the other; all that follow are well. */
  treatments: fc.array(
    fc.record({ how: fc.constantFrom(...TREATMENTS), ms: fc.integer({ min: 0, max: 2 }) }),
    { maxLength: 20 },
  ),
  /** What is said of bad updates afterwards. */
  later: fc.constantFrom("whole" as const, "partly" as const, "named" as const),
  most: fc.constantFrom(3, 2000),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/**
 * An outage is one, and then over: somebody who lies at random cannot be told from bad data. Nor
 * does a response from before it come in its middle: it would be taken for a sign that Mixpanel is
 * well, since evidence is in the order of responses (evidence.ts).
 */
function treatmentsOf({ treatments, later }: World) {
  const first = treatments.findIndex(({ how }) => how === "outage");
  return (request: number) => {
    const { how, ms } = treatments[request - 1] ?? { how: later, ms: 0 };
    const given = { how, ms: first === -1 ? ms : 0 };
    const since = request - 1 - first;
    if (first !== -1 && since >= 0 && since < 3) return { ...given, how: "outage" as const };
    return given.how === "outage" ? { ...given, how: later } : given;
  };
}

/** Sends the updates slice by slice, side by side, run after run, until all are settled. */
async function importAll(given: World) {
  const profiles: Profiles = new Map();
  const inFlight = new Set<string>();
  const treatment = treatmentsOf(given);
  const { deliver } = setUpProfiles(
    async (updates, request) => {
      const users = new Set(updates.map(({ $distinct_id: user }) => String(user)));
      for (const user of users) assert.ok(!inFlight.has(user), `${user} is in two requests`);
      for (const user of users) inFlight.add(user);
      const { how, ms } = treatment(request);
      const responded = treat(how, updates, profiles);
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (const user of users) inFlight.delete(user);
      return responded;
    },
    { limits: { updates: given.most, bytes: 1_000_000 } },
  );
  const counts = { imported: 0, unconfirmed: 0, rejected: 0 };
  const rejected = new Set<number>();
  let position = 0;
  for (let run = 1; position < given.updates.length; run++) {
    assert.ok(run < 40, "it comes to an end");
    const send = createRunUpdates(deliver);
    const slices = [];
    for (let at = position; at < given.updates.length; at += given.slice)
      slices.push({
        at,
        own: given.updates.slice(at, at + given.slice).map((one) => updateOf(one)),
      });
    const deliveries = await Promise.all(
      slices.map(({ own }) => send("profiles", own, { ...CONTEXT, deliveryAttempt: run })),
    );
    for (const [index, { at, own }] of slices.entries()) {
      const delivery = deliveries[index];
      assert.ok(delivery);
      const settled = delivery.imported + delivery.rejected.length + delivery.unconfirmed;
      assert.equal(settled + delivery.pending.length, own.length);
      if (delivery.retryReason !== undefined) break;
      assert.equal(delivery.pending.length, 0);
      counts.imported += delivery.imported;
      counts.unconfirmed += delivery.unconfirmed;
      counts.rejected += delivery.rejected.length;
      for (const rejection of delivery.rejected) rejected.add(at + rejection.index);
      position = at + own.length;
    }
  }
  return { profiles, counts, rejected };
}

test("whatever Mixpanel does, profiles are what their updates make of them, one after the other", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const expected: Profiles = new Map();
      for (const one of given.updates) if (!isBad(one)) apply(expected, one);
      const { profiles, counts, rejected } = await importAll(given);
      assert.equal(counts.imported + counts.rejected + counts.unconfirmed, given.updates.length);
      for (const index of rejected)
        assert.ok(isBad(given.updates[index] ?? {}), `${index} is good`);
      for (const [user, profile] of expected) assert.deepEqual(profiles.get(user), profile, user);
    }),
    { numRuns: 300 },
  );
});
