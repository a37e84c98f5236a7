import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { seededRandom } from "../../bench/random.ts";
import type { EntryPoint } from "../../functions/settings.ts";
import { allBut, startTestCloud, type TestCloud } from "../support/local-cloud.ts";
import { killedForm, shownIn } from "./killed-forms.ts";
import { eventText } from "./message-scenario.ts";
import { receiptOf, shownOf, until } from "./object-scenario.ts";
import { lines, propertiesOf } from "./profile-scenario.ts";

/**
 * Kills on each path. `npm run test:kills` has a hundred. `KILLS_SEED` repeats a run, as far as
 * processes and a network can be repeated.
 */
const killsOr = (few: number): number => Number(process.env["KILLS"] ?? few);
const SEED = Number(process.env["KILLS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Longest an instance lives, in milliseconds: some end before their first request. */
const MAX_LIFE_MS = 700;

/** Short runs, so that kills also strike between them: continuations, receipts, dead letters. */
const ENVIRONMENT = {
  BATCH_EVENTS: "100",
  MAX_IN_FLIGHT: "4",
  TIME_BUDGET_SECONDS: "1",
  TIMEOUT_SECONDS: "25",
};
/** Pub/Sub itself gives up after 100 attempts: with pauses this short that is a few kills. */
const DELIVERY = {
  retryPolicy: { minimumBackoffMs: 20, maximumBackoffMs: 200 },
  maxDeliveryAttempts: 100_000,
};

test("objects: instances killed at random lose nothing and double nothing", async (t) => {
  const cloud = await startUnstable(t, "importObject");
  const events = 1500;
  const nameOf = (index: number): string => `killed-object-${index}`;

  const objects = await killAtRandom(t, cloud, "importObject", 1, killsOr(5), async (index) => {
    const lines = Array.from({ length: events }, (_, at) => eventText(nameOf(index), at));
    // What is refused by Mixpanel, and by us, at places that the kill decides over.
    lines.splice(1200, 0, poison(index));
    lines.splice(400, 0, `no JSON ${index}`);
    await cloud.upload(nameOf(index), lines.join("\n"));
  });

  assert.deepEqual(deadRecords(cloud), expectedDead(objects));
  for (let index = 0; index < objects; index++) {
    const { state, records, events: counted } = await receiptOf(cloud, nameOf(index));
    assert.equal(state, "complete");
    assert.deepEqual(records, { read: events + 2, dropped: 0, unusable: 1, used: events + 1 });
    assert.deepEqual(counted, { produced: events + 1, imported: events, rejected: 1, idsAdded: 0 });
    assert.equal(shownOf(cloud, nameOf(index)).distinct, events);
  }
});

test("objects of other formats: instances killed at random lose nothing and double nothing", async (t) => {
  const cloud = await startUnstable(t, "importObject");

  const addForm = async (index: number): Promise<void> => {
    const { name, content } = killedForm(index);
    await cloud.upload(name, content);
  };
  const objects = await killAtRandom(t, cloud, "importObject", 3, killsOr(4), addForm);

  const forms = Array.from({ length: objects }, (_, index) => killedForm(index));
  assert.deepEqual(deadRecords(cloud), forms.flatMap(({ dead }) => dead).sort());
  for (const { name, counts } of forms) {
    const { state, records, events } = await receiptOf(cloud, name);
    assert.deepEqual({ state, records, events }, { state: "complete", ...counts }, name);
  }
  for (const [name, events] of Object.entries(shownIn(forms)))
    assert.equal(shownOf(cloud, name).distinct, events, name);
});

test("updates: instances killed at random lose none and change no order", async (t) => {
  const cloud = await startUnstable(t, "importObject");
  const nameOf = (index: number): string => `killed-users-${index}`;
  const updates = 600;
  const users = 20;

  const addUpdates = async (index: number): Promise<void> => {
    const lines = Array.from({ length: updates }, (_, n) =>
      JSON.stringify({ $distinct_id: `${nameOf(index)}-${n % users}`, $set: { n } }),
    );
    await cloud.upload(nameOf(index), lines.join("\n"));
  };
  const objects = await killAtRandom(t, cloud, "importObject", 4, killsOr(3), addUpdates);

  assert.deepEqual(deadRecords(cloud), []);
  for (let index = 0; index < objects; index++) {
    const { state, profiles } = await receiptOf(cloud, nameOf(index));
    assert.equal(state, "complete");
    assert.deepEqual(profiles, {
      produced: updates,
      imported: updates,
      rejected: 0,
      unconfirmed: 0,
    });
    for (let user = 0; user < users; user++)
      assert.deepEqual(propertiesOf(cloud, `${nameOf(index)}-${user}`), {
        n: updates - users + user,
      });
  }
});

test("messages: instances killed at random lose nothing and double nothing", async (t) => {
  const cloud = await startUnstable(t, "importMessages");
  const perRound = 150;
  const name = "killed-message";

  const rounds = await killAtRandom(t, cloud, "importMessages", 2, killsOr(5), (index) => {
    const texts = Array.from({ length: perRound }, (_, at) =>
      eventText(name, index * perRound + at),
    );
    cloud.publish(...texts, poison(index), `no JSON ${index}`);
    return Promise.resolve();
  });

  assert.equal(shownOf(cloud, name).distinct, rounds * perRound);
  assert.deepEqual(deadRecords(cloud), expectedDead(rounds));
});

test("updates in messages: instances killed at random lose none, and none of a message overtakes another", async (t) => {
  const cloud = await startUnstable(t, "importMessages");
  const perRound = 30;
  const userOf = (index: number): string => `killed-user-${index}`;
  const isBad = (index: number): boolean => index % 20 === 7;

  // A message is delivered again as a whole: its last update of a profile is the last one in the
  // end. Between messages no order is promised, so each has a user and a group of its own.
  const addMessages = (round: number): Promise<void> => {
    const texts = Array.from({ length: perRound }, (_, at) => messageOf(round * perRound + at));
    cloud.publish(...texts);
    return Promise.resolve();
  };
  const messageOf = (index: number): string => {
    const user = { $distinct_id: userOf(index) };
    const group = { $group_key: "company", $group_id: `killed-group-${index}` };
    const sets = [1, 2, 3].flatMap((n) => [
      { ...user, $set: { n } },
      { ...group, $set: { n } },
    ]);
    const union = { ...user, $union: { seen: ["a", index] } };
    const once = { ...user, $set_once: { first: index } };
    // Refused by Mixpanel, and a dead letter of its own.
    const bad = isBad(index) ? [{ ...user, $union: { list: [true] } }] : [];
    const records = [...sets, union, once, ...bad];
    return `${lines(...records)}${eventText("killed-mixed", index)}`;
  };
  const rounds = await killAtRandom(t, cloud, "importMessages", 5, killsOr(3), addMessages);

  const messages = rounds * perRound;
  for (let index = 0; index < messages; index++) {
    const seen = { seen: ["a", index], first: index, n: 3 };
    assert.deepEqual(propertiesOf(cloud, userOf(index)), seen, userOf(index));
    assert.deepEqual(propertiesOf(cloud, `killed-group-${index}`, "group"), { n: 3 });
  }
  assert.equal(shownOf(cloud, "killed-mixed").distinct, messages);
  const bad = Array.from({ length: messages }, (_, index) => index).filter(isBad);
  assert.deepEqual(
    deadRecords(cloud),
    bad.map((n) => JSON.stringify({ $distinct_id: userOf(n), $union: { list: [true] } })).sort(),
  );
});

function startUnstable(t: TestContext, entryPoint: EntryPoint): Promise<TestCloud> {
  return startTestCloud(t, {
    leavesOut: allBut(entryPoint),
    environment: { [entryPoint]: ENVIRONMENT },
    delivery: { [entryPoint]: DELIVERY },
    processes: { [entryPoint]: { maxCrashesPerMinute: Infinity } },
    mixpanel: { keepEvents: 0, latencyMs: 40 },
  });
}

/**
 * Ends the instance again and again, by SIGKILL and by SIGTERM, after a random time, and has it do
 * more meanwhile; then lets it finish.
 *
 * @returns how often `addWork` was called
 */
async function killAtRandom(
  t: TestContext,
  cloud: TestCloud,
  entryPoint: EntryPoint,
  stream: number,
  kills: number,
  addWork: (index: number) => Promise<void>,
): Promise<number> {
  t.diagnostic(`${kills} kills, KILLS_SEED=${SEED}`);
  const random = seededRandom(SEED + stream);
  const supervised = cloud.functions[entryPoint];
  for (let kill = 0; kill < kills; kill++) {
    await addWork(kill);
    await sleep(random(MAX_LIFE_MS));
    process.kill(supervised.current().pid, random(2) === 0 ? "SIGKILL" : "SIGTERM");
    await until(() => supervised.restarts() > kill, `restart ${kill + 1}`);
  }
  await cloud.idle();
  assert.equal(supervised.restarts(), kills);
  return kills;
}

/** Too old for Mixpanel, which says so in a row of `failed_records`. */
function poison(index: number): string {
  return eventText("Poison", index, { time: 1 });
}

/** Dead letters come at least once: a kill may strike between publishing one and saying so. */
function deadRecords(cloud: TestCloud): readonly string[] {
  const records = cloud.deadLetters().flatMap(({ data, attributes }) => {
    assert.equal(attributes["version"], "1", "dead-lettered by us, not by Pub/Sub");
    return data.toString("utf8").split("\n");
  });
  return [...new Set(records)].sort();
}

function expectedDead(rounds: number): readonly string[] {
  return Array.from({ length: rounds }, (_, index) => [poison(index), `no JSON ${index}`])
    .flat()
    .sort();
}
