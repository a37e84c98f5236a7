import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import type { CloudOnPubSub } from "../support/pubsub-emulator.ts";
import { GOOGLES_EMULATOR, OUR_PUBSUB, startCloudOn } from "../support/pubsub-emulator.ts";
import { eventText } from "./message-scenario.ts";
import { eventLines } from "./object-scenario.ts";

const TIMEOUT_MS = 300_000;
/** A budget that a few dozen slow requests use up. */
const SHORT_RUNS = { TIME_BUDGET_SECONDS: "1", TIMEOUT_SECONDS: "17", BATCH_EVENTS: "20" };

for (const pubsub of [OUR_PUBSUB, GOOGLES_EMULATOR])
  describe(`on ${pubsub.name}`, { skip: pubsub.skip, timeout: TIMEOUT_MS }, () => {
    test("both ways", async (t) => {
      const cloud = await startCloudOn(t, pubsub);
      await t.test("ten events through the bucket and through the topic are in Mixpanel once", () =>
        arriveOnce(cloud),
      );
      await t.test("poison is a dead letter with its reason, and the good around it arrives", () =>
        leaveOutPoison(cloud),
      );
    });

    test("an outage sends objects and messages back until it is over", async (t) => {
      const cloud = await startCloudOn(t, pubsub, {
        environment: {
          importObject: { TIME_BUDGET_SECONDS: "1" },
          importMessages: { TIME_BUDGET_SECONDS: "1" },
        },
        mixpanel: { faults: [{ kind: "status", status: 503, match: { count: 2 } }] },
      });

      await cloud.upload("outage.ndjson", eventLines(5, "Outage object"));
      await cloud.publish(...[1, 2, 3].map((index) => eventText("Outage message", index)));
      await cloud.idle();

      assert.equal(cloud.shown("Outage object"), 5);
      assert.equal(cloud.shown("Outage message"), 3);
      assert.deepEqual(cloud.deadLetters(), []);
      assert.equal(cloud.simulator.stats().requestsByStatus["503"], 2);
    });

    test("an object that takes several runs goes on by continuation, with exact counts", async (t) => {
      const cloud = await startCloudOn(t, pubsub, {
        environment: { importObject: { ...SHORT_RUNS, MAX_IN_FLIGHT: "4" } },
        mixpanel: { faults: [{ kind: "latency", ms: 100 }] },
      });
      const half = eventLines(1000, "Long");

      await cloud.upload("long.ndjson", `${half}{\n${eventLines(1000, "Long", 1000)}`);
      await cloud.idle();

      const [receipt] = await cloud.receipts();
      assert.ok(receipt && receipt.runs > 1, `${receipt?.runs ?? 0} runs`);
      assert.deepEqual(receipt.records, { read: 2001, dropped: 0, unusable: 1, used: 2000 });
      assert.equal(receipt.events.imported, 2000);
      assert.equal(cloud.shown("Long"), 2000);
      assert.equal(cloud.deadLetters()[0]?.attributes["lines"], "1001");
    });

    test("what is refused to the end is forwarded to the dead-letter topic by Pub/Sub itself", async (t) => {
      const cloud = await startCloudOn(t, pubsub, {
        environment: { importMessages: { TIME_BUDGET_SECONDS: "1" } },
        delivery: { importMessages: { maxDeliveryAttempts: 5 } },
        // A request that is cut off is no refusal: nothing pauses, and the attempts are over
        // sooner.
        mixpanel: { faults: [{ kind: "resetBeforeStore" }] },
      });

      await cloud.publish(eventText("Exhausted", 1));
      await cloud.idle();

      const [dead, ...others] = cloud.deadLetters();
      assert.equal(dead?.text, eventText("Exhausted", 1));
      assert.equal(
        `projects/local/subscriptions/${dead.attributes["CloudPubSubDeadLetterSourceSubscription"]}`,
        CLOUD_NAMES.eventsSubscription,
      );
      assert.equal(dead.attributes["version"], undefined);
      assert.deepEqual(others, []);
      assert.equal(cloud.shown("Exhausted"), 0);
      assert.equal(cloud.pubsub.stats(CLOUD_NAMES.eventsSubscription).deadLettered, 1);
    });
  });

async function arriveOnce(cloud: CloudOnPubSub): Promise<void> {
  const texts = Array.from({ length: 10 }, (_, index) => eventText("Both", index));

  await cloud.upload("ten.ndjson", texts.join("\n"));
  await cloud.publish(...texts);
  await cloud.idle();

  const [receipt] = await cloud.receipts();
  assert.equal(receipt?.state, "complete");
  assert.equal(receipt.events.imported, 10);
  assert.equal(cloud.shown("Both"), 10);
  assert.equal(cloud.simulator.stats().eventsStored, 20);
  assert.deepEqual(cloud.deadLetters(), []);
  const { received, acknowledged } = cloud.pubsub.stats(CLOUD_NAMES.eventsSubscription);
  assert.deepEqual({ received, acknowledged }, { received: 10, acknowledged: 10 });
}

async function leaveOutPoison(cloud: CloudOnPubSub): Promise<void> {
  const good = eventText("Good", 1);
  const tooOld = eventText("Bad", 2, { time: 1 });

  await cloud.upload("mixed.ndjson", `${good}\nnot JSON\n`);
  await cloud.publish(eventText("Good", 3), tooOld, "[1]");
  await cloud.idle();

  assert.equal(cloud.shown("Good"), 2);
  const dead = cloud.deadLetters().map(({ text, attributes }) => ({
    text,
    reason: attributes["reason"],
    lines: attributes["lines"],
    source: attributes["source"]?.split("#")[0],
  }));
  const source = CLOUD_NAMES.eventsSubscription;
  const landing = `gs://${CLOUD_NAMES.landingBucket}/mixed.ndjson`;
  const byText = (text: string) => dead.find((letter) => letter.text === text);
  assert.equal(dead.length, 3);
  assert.deepEqual(byText("not JSON"), {
    ...{ text: "not JSON", reason: "malformed", lines: "2", source: landing },
  });
  assert.deepEqual(byText("1"), { text: "1", reason: "invalid", lines: undefined, source });
  assert.deepEqual(byText(tooOld), {
    ...{ text: tooOld, reason: "rejected", lines: undefined, source },
  });
}
