import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";

import { bundleFunction } from "../../archive/bundle.ts";
import { startMessageCloud, type TestCloud } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import {
  countStatuses,
  eventText,
  linesWith,
  mixpanelOf,
  push,
  readable,
  shownOf,
} from "./message-scenario.ts";

/**
 * Says of every record that the function has it; leaves a rejected promise behind, throws, or
 * throws later: whatever the record says.
 */
const UNRULY_TRANSFORM = `
export const transform = (record, context) => {
  console.log(JSON.stringify({ message: "taken" }));
  const { mood } = record.properties;
  if (mood === "reject") void Promise.reject(new Error("private"));
  if (mood === "later") setTimeout(() => { throw new Error("private"); }, 0);
  if (mood === "throw") throw new Error("thrown for " + context.source);
  if (mood === "drop") return null;
  if (mood === "hole") return [, record];
  if (mood === "double") return [record, { ...record, properties: { ...record.properties, $insert_id: "twin" } }];
  return record;
};`;

/** The built functions with that transform; removed after the test. */
async function buildUnruly(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const transform = path.join(folder, "unruly.ts");
  await writeFile(transform, UNRULY_TRANSFORM);
  const { files } = bundleFunction({ transform });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** Until so many more records are in the instance than `before`. */
function untilTaken(cloud: TestCloud, count: number, before = 0): Promise<void> {
  const taken = (): number => linesWith(cloud, "taken").length - before;
  return until(() => taken() === count, `${count} records that the function has`);
}

test("SIGTERM in the middle: what is there is flushed and answered, nothing is lost or doubled", async (t) => {
  const ends: string[] = [];
  const cloud = await startMessageCloud(t, {
    functionSource: await buildUnruly(t),
    mixpanel: { latencyMs: 1000 },
    // The second batch would linger for longer than the test lasts.
    environment: { importMessages: { LINGER_MS: "10000" } },
    onCrash: (_entryPoint, reason) => ends.push(reason),
  });

  const first = push(cloud, { data: eventText("Flushed", 0) });
  await until(() => mixpanelOf(cloud).stats().inFlight > 0, "a request in flight");
  const lingering = Array.from({ length: 50 }, (_, index) =>
    push(cloud, { data: eventText("Flushed", index + 1) }),
  );
  // What is not there yet is refused, as it should be.
  await untilTaken(cloud, 51);
  const { pid } = cloud.functions.importMessages.current();
  process.kill(pid, "SIGTERM");

  assert.deepEqual(countStatuses(await Promise.all([first, ...lingering])), { 204: 51 });
  assert.deepEqual(shownOf(cloud, "Flushed"), { distinct: 51, stored: 51 });
  await cloud.functions.importMessages.current().exited;
  assert.deepEqual(ends, ["importMessages ended with code 0"]);
});

test("instances that go and instances that crash lose nothing", async (t) => {
  const cloud = await startMessageCloud(t, { mixpanel: { latencyMs: 100 } });
  const texts = Array.from({ length: 1500 }, (_, index) => eventText("Survivor", index));
  const { importMessages } = cloud.functions;

  cloud.publish(...texts);
  const arrived = (count: number): Promise<void> =>
    until(() => shownOf(cloud, "Survivor").distinct >= count, `${count} events`);
  await arrived(100);
  process.kill(importMessages.current().pid, "SIGTERM");
  await arrived(500);
  importMessages.kill();
  await cloud.idle();

  assert.equal(importMessages.restarts(), 2);
  assert.equal(shownOf(cloud, "Survivor").distinct, 1500);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("what cannot be finished after SIGTERM is redelivered to the next instance", async (t) => {
  const cloud = await startMessageCloud(t, {
    mixpanel: { faults: [{ kind: "hang", match: { nth: 1 } }] },
  });
  const { importMessages } = cloud.functions;
  const instance = importMessages.current();

  cloud.publish(eventText("Hanging", 1), eventText("Hanging", 2));
  await until(() => mixpanelOf(cloud).stats().requests > 0, "a request");
  process.kill(instance.pid, "SIGTERM");
  assert.deepEqual(await instance.exited, { code: 0, signal: null });
  await cloud.idle();

  assert.equal(importMessages.restarts(), 1);
  assert.deepEqual(shownOf(cloud, "Hanging"), { distinct: 2, stored: 2 });
});

test("a user's transform that misbehaves takes no other message down", async (t) => {
  const ends: string[] = [];
  const cloud = await startMessageCloud(t, {
    functionSource: await buildUnruly(t),
    mixpanel: { latencyMs: 200 },
    onCrash: (_entryPoint, reason) => ends.push(reason),
  });
  const moods = ["calm", "reject", "throw", "drop", "double", "hole"];

  const answers = await Promise.all(
    moods.flatMap((mood, index) =>
      [0, 1, 2, 3].map((at) =>
        push(cloud, {
          data: eventText("Moody", 10 * index + at, { mood: at === 0 ? mood : "calm" }),
        }),
      ),
    ),
  );

  assert.deepEqual(countStatuses(answers), { 204: 24 });
  assert.equal(cloud.functions.importMessages.restarts(), 0);
  assert.deepEqual(shownOf(cloud, "Moody"), { distinct: 22, stored: 22 });
  const dead = readable(cloud.deadLetters());
  assert.deepEqual(
    dead.map(({ attributes }) => [attributes["reason"], attributes["error"]]),
    [
      ["transform-failed", "thrown for message"],
      ["transform-failed", "the transform returned an array with undefined in it"],
    ],
  );
  assert.equal(linesWith(cloud, "Unhandled rejection").length, 1);

  const { exited } = cloud.functions.importMessages.current();
  const before = linesWith(cloud, "taken").length;
  const calm = [0, 1].map((index) => push(cloud, { data: eventText("Last", index) }));
  await untilTaken(cloud, 2, before);
  const later = push(cloud, { data: eventText("Last", 2, { mood: "later" }) });
  const last = await Promise.all([...calm, later]);
  await exited;
  assert.deepEqual(countStatuses(last), { 204: 3 });
  assert.deepEqual(shownOf(cloud, "Last"), { distinct: 3, stored: 3 });
  assert.deepEqual(ends, ["importMessages ended with code 0"]);
  assert.ok(!JSON.stringify(cloud.lines).includes("private"));
});
