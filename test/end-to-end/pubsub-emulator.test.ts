import assert from "node:assert/strict";
import { test } from "node:test";

import { startFunction } from "../../local/functions/function-process.ts";
import { startSimulator } from "../../local/mixpanel/simulator.ts";
import { BUILT_FUNCTION } from "../support/local-cloud.ts";
import { findPubSubEmulator, startPubSubEmulator } from "../support/pubsub-emulator.ts";
import { eventText } from "./message-scenario.ts";

const EVENTS = "projects/p/topics/events";
const DEAD_LETTERS = "projects/p/topics/dead-letters";
const DEAD_SUBSCRIPTION = "projects/p/subscriptions/dead-letters";

const emulator = findPubSubEmulator();
const skip = "missing" in emulator ? emulator.missing : false;
const launcher = "launcher" in emulator ? emulator.launcher : "";

test("messages through Google's Pub/Sub emulator", { skip }, async (t) => {
  const pubsub = await startPubSubEmulator(t, launcher);
  const simulator = await startSimulator();
  t.after(() => simulator.stop());
  const served = await startFunction({
    entryPoint: "importMessages",
    source: BUILT_FUNCTION,
    environment: {
      MIXPANEL_URL: simulator.url,
      MIXPANEL_TOKEN: simulator.token,
      GOOGLE_CLOUD_PROJECT: "p",
      DEAD_LETTER_TOPIC: DEAD_LETTERS,
      PUBSUB_EMULATOR_HOST: pubsub.host,
      TIME_BUDGET_SECONDS: "1",
    },
  });
  t.after(() => served.stop());
  await pubsub.create(EVENTS);
  await pubsub.create(DEAD_LETTERS);
  await pubsub.create(DEAD_SUBSCRIPTION, { topic: DEAD_LETTERS });
  const subscribe = (name: string, topic: string, maxDeliveryAttempts: number): Promise<void> =>
    pubsub.create(`projects/p/subscriptions/${name}`, {
      topic,
      pushConfig: { pushEndpoint: served.url },
      ackDeadlineSeconds: 60,
      // Short, because the test waits for them.
      retryPolicy: { minimumBackoff: "0.1s", maximumBackoff: "1s" },
      deadLetterPolicy: { deadLetterTopic: DEAD_LETTERS, maxDeliveryAttempts },
    });
  await subscribe("events", EVENTS, 100);
  const shown = (name: string): number =>
    simulator
      .counts()
      .filter(({ event }) => event === name)
      .reduce((sum, { distinct }) => sum + distinct, 0);
  const arrived = async (name: string, count: number): Promise<void> => {
    const giveUpAt = performance.now() + 60_000;
    while (shown(name) < count) {
      if (performance.now() > giveUpAt) throw new Error(`${shown(name)} of ${count} arrived`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  await t.test("what is published arrives, and poison is a dead letter", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => eventText("Emulated", index));

    await pubsub.publish(EVENTS, ...texts, eventText("Emulated", 99, { time: 1 }));
    await arrived("Emulated", 20);

    const [dead] = await pubsub.pull(DEAD_SUBSCRIPTION, 1);
    assert.equal(dead?.text, eventText("Emulated", 99, { time: 1 }));
    assert.equal(dead.attributes["reason"], "rejected");
    assert.equal(dead.attributes["source"], "projects/p/subscriptions/events");
  });

  await t.test("an outage sends messages back until it is over", async () => {
    simulator.setFaults([{ kind: "status", status: 503, match: { count: 1 } }]);

    await pubsub.publish(EVENTS, ...[1, 2, 3].map((index) => eventText("Recovered", index)));
    await arrived("Recovered", 3);

    assert.equal(shown("Recovered"), 3);
  });

  await t.test("with attempts exhausted the emulator dead-letters the message", async () => {
    // A request that is cut off is no refusal: nothing pauses, and the attempts are over sooner.
    simulator.setFaults([{ kind: "resetBeforeStore" }]);

    await pubsub.create("projects/p/topics/doomed");
    await subscribe("doomed", "projects/p/topics/doomed", 5);
    await pubsub.publish("projects/p/topics/doomed", eventText("Exhausted", 1));

    const [dead] = await pubsub.pull(DEAD_SUBSCRIPTION, 1);
    simulator.setFaults([]);
    assert.equal(dead?.text, eventText("Exhausted", 1));
    assert.equal(dead.attributes["CloudPubSubDeadLetterSourceSubscription"], "doomed");
    assert.equal(dead.attributes["version"], undefined);
    assert.equal(shown("Exhausted"), 0);
  });
});
