import assert from "node:assert/strict";
import { test } from "node:test";

import { OWNER } from "../../../local/caller.ts";
import { Broker } from "../../../local/pubsub/broker.ts";
import { createMessageStore } from "../../../local/pubsub/message-store.ts";
import { createFakeTimers } from "../../support/fake-timers.ts";

const TOPIC = "projects/p/topics/events";
const DEAD = "projects/p/topics/dead";
const SUB = "projects/p/subscriptions/sub";
const SETTINGS = { name: SUB, topic: TOPIC, ackDeadlineSeconds: 60 };

function setUp() {
  const timers = createFakeTimers();
  const store = createMessageStore();
  const broker = new Broker({ timers, random: () => 0.5, store, agent: OWNER });
  broker.createTopic(TOPIC);
  broker.createTopic(DEAD);
  broker.createSubscription(SETTINGS);
  return { timers, broker };
}

test("a change keeps the messages, and goes for those that are delivered from then on", () => {
  const { timers, broker } = setUp();
  broker.publish(TOPIC, [{ data: "YQ==" }, { data: "Yg==" }]);
  const [before] = broker.pull(SUB, 1);
  broker.updateSubscription({
    ...SETTINGS,
    ackDeadlineSeconds: 10,
    deadLetterPolicy: { deadLetterTopic: DEAD, maxDeliveryAttempts: 5 },
  });
  const [after] = broker.pull(SUB, 1);
  assert.equal(before?.deliveryAttempt, undefined);
  assert.equal(after?.deliveryAttempt, 1);
  timers.advance(11_000);
  assert.deepEqual([broker.stats(SUB).expired, broker.stats(SUB).outstanding], [1, 1]);
  assert.equal(broker.subscription(SUB).ackDeadlineSeconds, 10);
});

test("topic and filter cannot be changed, nor can what is not there", () => {
  const { broker } = setUp();
  assert.throws(
    () => {
      broker.updateSubscription({ ...SETTINGS, topic: DEAD });
    },
    { code: "INVALID_ARGUMENT" },
  );
  assert.throws(
    () => {
      broker.updateSubscription({ ...SETTINGS, filter: "attributes:a" });
    },
    { code: "INVALID_ARGUMENT" },
  );
  assert.throws(
    () => {
      broker.updateSubscription({ ...SETTINGS, name: `${SUB}-2` });
    },
    { code: "NOT_FOUND" },
  );
});

test("a subscription that is deleted takes its messages along, and whoever waits goes on", async () => {
  const { broker } = setUp();
  broker.publish(TOPIC, [{ data: "YQ==" }]);
  const waiting = broker.backlogAtMost(0, [SUB]);
  broker.deleteSubscription(SUB);
  await waiting;
  await assert.rejects(broker.backlogAtMost(0, [SUB]), { code: "NOT_FOUND" });
  assert.throws(() => broker.pull(SUB, 1), { code: "NOT_FOUND" });
  broker.publish(TOPIC, [{ data: "YQ==" }]);
  broker.createSubscription(SETTINGS);
  assert.deepEqual(broker.pull(SUB, 1), []);
});

test("a topic that is deleted leaves its subscription with what it has", () => {
  const { broker } = setUp();
  broker.publish(TOPIC, [{ data: "YQ==" }]);
  broker.deleteTopic(TOPIC);
  assert.throws(() => broker.publish(TOPIC, [{ data: "YQ==" }]), { code: "NOT_FOUND" });
  assert.equal(broker.pull(SUB, 10).length, 1);
  broker.deleteSubscription(SUB);
});
