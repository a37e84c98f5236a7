import assert from "node:assert/strict";
import { test } from "node:test";

import { OWNER } from "../../../local/caller.ts";
import { Broker } from "../../../local/pubsub/broker.ts";
import { createMessageStore } from "../../../local/pubsub/message-store.ts";
import { ServiceError } from "../../../local/pubsub/service-error.ts";
import type { SubscriptionSettings } from "../../../local/pubsub/subscription-settings.ts";
import { createFakeTimers } from "../../support/fake-timers.ts";

const TOPIC = "projects/p/topics/events";
const DEAD = "projects/p/topics/dead";
const SUB = "projects/p/subscriptions/sub";
const DEAD_SUB = "projects/p/subscriptions/dead-sub";

function setUp(
  settings: Partial<SubscriptionSettings> = {},
  limits: { maxMessages?: number; maxBytes?: number } = {},
) {
  const timers = createFakeTimers();
  const store = createMessageStore(limits);
  const broker = new Broker({ timers, random: () => 0.5, store, agent: OWNER });
  broker.createTopic(TOPIC);
  broker.createTopic(DEAD);
  broker.createSubscription({ name: DEAD_SUB, topic: DEAD });
  broker.createSubscription({ name: SUB, topic: TOPIC, ...settings });
  const pullAckIds = (name = SUB) => broker.pull(name, 100).map(({ ackId }) => ackId);
  return { timers, broker, pullAckIds };
}

const encode = (text: string): string => Buffer.from(text).toString("base64");

const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ServiceError && error.code === code;

test("a message is delivered to every subscription of its topic, and to no other", () => {
  const { broker } = setUp();
  const second = "projects/p/subscriptions/second";
  broker.createSubscription({ name: second, topic: TOPIC });

  const [id] = broker.publish(TOPIC, [{ data: encode("a"), attributes: { k: "v" } }]);

  for (const name of [SUB, second])
    assert.deepEqual(
      broker.pull(name, 10).map(({ message }) => message),
      [
        {
          data: encode("a"),
          attributes: { k: "v" },
          messageId: id,
          publishTime: "2026-01-01T00:00:00.000Z",
        },
      ],
    );
  assert.deepEqual(broker.pull(DEAD_SUB, 10), []);
});

test("a message published before a subscription exists is lost to it", () => {
  const { broker } = setUp();
  broker.publish(TOPIC, [{ data: encode("early") }]);
  const late = "projects/p/subscriptions/late";
  broker.createSubscription({ name: late, topic: TOPIC });

  assert.deepEqual(broker.pull(late, 10), []);
});

test("an acknowledged message is not delivered again", () => {
  const { broker, timers, pullAckIds } = setUp();
  broker.publish(TOPIC, [{ data: encode("a") }]);

  broker.acknowledge(SUB, pullAckIds());
  timers.advance(3_600_000);

  assert.deepEqual(pullAckIds(), []);
  assert.equal(timers.pending(), 0);
});

test("a message whose ack deadline passes is delivered again, and a late ack changes nothing", () => {
  const { broker, timers, pullAckIds } = setUp({ ackDeadlineSeconds: 10 });
  broker.publish(TOPIC, [{ data: encode("a") }]);
  const late = pullAckIds();

  timers.advance(9_999);
  assert.deepEqual(pullAckIds(), []);
  timers.advance(1);
  broker.acknowledge(SUB, late);

  assert.equal(pullAckIds().length, 1);
  assert.equal(broker.stats(SUB).expired, 1);
});

test("an extended deadline counts from the extension", () => {
  const { broker, timers, pullAckIds } = setUp({ ackDeadlineSeconds: 10 });
  broker.publish(TOPIC, [{ data: encode("a") }]);
  const ackIds = pullAckIds();
  timers.advance(9_000);

  broker.modifyAckDeadline(SUB, ackIds, 60);
  timers.advance(59_999);
  assert.deepEqual(pullAckIds(), []);
  timers.advance(1);

  assert.equal(pullAckIds().length, 1);
});

test("a refused message comes back after its own growing backoff; others are not held up", () => {
  const retryPolicy = { minimumBackoffMs: 1000, maximumBackoffMs: 3000 };
  const { broker, timers, pullAckIds } = setUp({ retryPolicy });
  broker.publish(TOPIC, [{ data: encode("bad") }]);

  for (const backoffMs of [1000, 2000, 3000, 3000]) {
    broker.modifyAckDeadline(SUB, pullAckIds(), 0);
    timers.advance(backoffMs - 1);
    assert.deepEqual(pullAckIds(), []);
    broker.publish(TOPIC, [{ data: encode("good") }]);
    assert.equal(pullAckIds().length, 1);
    timers.advance(1);
    assert.equal(broker.stats(SUB).ready, 1);
  }
});

test("after the last attempt a message goes to the dead-letter topic with where it comes from", async () => {
  const retryPolicy = { minimumBackoffMs: 0, maximumBackoffMs: 0 };
  const deadLetterPolicy = { deadLetterTopic: DEAD, maxDeliveryAttempts: 5 };
  const { broker, timers } = setUp({ retryPolicy, deadLetterPolicy });
  broker.publish(TOPIC, [{ data: encode("a"), attributes: { k: "v" } }]);

  const attempts: (number | undefined)[] = [];
  for (let round = 0; round < 6; round += 1) {
    const received = broker.pull(SUB, 10);
    attempts.push(...received.map(({ deliveryAttempt }) => deliveryAttempt));
    broker.modifyAckDeadline(
      SUB,
      received.map(({ ackId }) => ackId),
      0,
    );
    timers.advance(0);
  }

  assert.deepEqual(attempts, [1, 2, 3, 4, 5]);
  await broker.backlogAtMost(0, [SUB]);
  const [dead] = broker.pull(DEAD_SUB, 10);
  assert.equal(dead?.message.data, encode("a"));
  assert.deepEqual(dead.message.attributes, {
    k: "v",
    CloudPubSubDeadLetterSourceDeliveryCount: "5",
    CloudPubSubDeadLetterSourceSubscription: "sub",
    CloudPubSubDeadLetterSourceSubscriptionProject: "p",
    CloudPubSubDeadLetterSourceTopicPublishTime: "2026-01-01T00:00:00.000Z",
  });
  assert.equal(broker.stats(SUB).deadLettered, 1);
});

test("a message that cannot be forwarded for want of room stays and is tried again", () => {
  const retryPolicy = { minimumBackoffMs: 1000, maximumBackoffMs: 1000 };
  const deadLetterPolicy = { deadLetterTopic: DEAD, maxDeliveryAttempts: 1 };
  const { broker, timers, pullAckIds } = setUp(
    { retryPolicy, deadLetterPolicy },
    { maxMessages: 1 },
  );
  broker.publish(TOPIC, [{ data: encode("a") }]);

  broker.modifyAckDeadline(SUB, pullAckIds(), 0);
  timers.advance(1000);

  assert.equal(broker.stats(SUB).deadLettered, 0);
  assert.equal(pullAckIds().length, 1);
});

const DUPLICATES = [
  { duplicates: "none", together: 1, afterwards: 0 },
  { duplicates: "together", together: 2, afterwards: 0 },
  { duplicates: "afterwards", together: 1, afterwards: 1 },
] as const;

for (const { duplicates, together, afterwards } of DUPLICATES)
  test(`duplicates "${duplicates}": ${together} at once, ${afterwards} after the acknowledgement`, () => {
    const { broker, pullAckIds } = setUp({ duplicates });
    broker.publish(TOPIC, [{ data: encode("a") }]);

    const first = pullAckIds();
    broker.acknowledge(SUB, first);
    const second = pullAckIds();
    broker.acknowledge(SUB, second);

    assert.deepEqual([first.length, second.length], [together, afterwards]);
    assert.deepEqual(pullAckIds(), []);
    assert.equal(broker.stats(SUB).acknowledged, together + afterwards);
  });

test("waiting for a smaller backlog ends when it is reached, backoff included", async () => {
  const retryPolicy = { minimumBackoffMs: 1000, maximumBackoffMs: 1000 };
  const { broker, timers, pullAckIds } = setUp({ retryPolicy });
  broker.publish(TOPIC, [{ data: encode("a") }, { data: encode("b") }]);
  const [one = "", other = ""] = pullAckIds();
  const reached: string[] = [];
  void broker.backlogAtMost(1, [SUB]).then(() => reached.push("one left"));
  void broker.backlogAtMost(0, [SUB]).then(() => reached.push("idle"));

  broker.modifyAckDeadline(SUB, [other], 0);
  await Promise.resolve();
  assert.deepEqual(reached, []);
  broker.acknowledge(SUB, [one]);
  await Promise.resolve();
  assert.deepEqual(reached, ["one left"]);
  timers.advance(1000);
  broker.acknowledge(SUB, pullAckIds());
  await Promise.resolve();

  assert.deepEqual(reached, ["one left", "idle"]);
});

const REFUSED = [
  { what: "no message", messages: [] },
  { what: "an empty message", messages: [{ data: "", attributes: {} }] },
  { what: "1,001 messages", messages: Array.from({ length: 1001 }, () => ({ data: encode("a") })) },
  { what: "data that is not base64", messages: [{ data: "not base64!" }] },
  { what: "over 10 MiB", messages: [{ data: encode("a".repeat(10_485_761)) }] },
  {
    what: "an attribute value over 1,024 bytes",
    messages: [{ attributes: { k: "ü".repeat(513) } }],
  },
  {
    what: "an attribute key over 256 bytes",
    messages: [{ attributes: { ["k".repeat(257)]: "" } }],
  },
  {
    what: "101 attributes",
    messages: [
      { attributes: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, ""])) },
    ],
  },
];

for (const { what, messages } of REFUSED)
  test(`publishing ${what} is refused, and nothing is delivered`, () => {
    const { broker } = setUp();

    assert.throws(() => broker.publish(TOPIC, messages), refusedWith("INVALID_ARGUMENT"));
    assert.equal(broker.stats(SUB).received, 0);
  });

test("1,000 messages in one request are accepted, with ids that are all different", () => {
  const { broker } = setUp();

  const ids = broker.publish(
    TOPIC,
    Array.from({ length: 1000 }, () => ({ data: encode("a") })),
  );

  assert.equal(new Set(ids).size, 1000);
});

test("what does not exist, and what exists already, is refused", () => {
  const { broker } = setUp();
  const absent = "projects/p/topics/absent";

  assert.throws(() => broker.publish(absent, [{ data: "YQ==" }]), refusedWith("NOT_FOUND"));
  assert.throws(() => broker.pull("projects/p/subscriptions/absent", 1), refusedWith("NOT_FOUND"));
  assert.throws(() => {
    broker.createSubscription({ name: "projects/p/subscriptions/new", topic: absent });
  }, refusedWith("NOT_FOUND"));
  assert.throws(() => {
    broker.createTopic(TOPIC);
  }, refusedWith("ALREADY_EXISTS"));
  assert.throws(() => {
    broker.createTopic("projects/p/topics/1");
  }, refusedWith("INVALID_ARGUMENT"));
});

test("past what it may hold, publishing is refused until messages are acknowledged", () => {
  const { broker, pullAckIds } = setUp({}, { maxMessages: 2 });
  broker.publish(TOPIC, [{ data: "YQ==" }, { data: "Yg==" }]);

  assert.throws(() => broker.publish(TOPIC, [{ data: "Yw==" }]), refusedWith("RESOURCE_EXHAUSTED"));
  broker.acknowledge(SUB, pullAckIds().slice(1));

  assert.equal(broker.publish(TOPIC, [{ data: "Yw==" }]).length, 1);
});

test("closing leaves no timer and no message behind", () => {
  const { broker, timers, pullAckIds } = setUp();
  broker.publish(TOPIC, [{ data: "YQ==" }, { data: "Yg==" }]);
  const [first = ""] = pullAckIds();
  broker.modifyAckDeadline(SUB, [first], 0);

  broker.close();

  assert.equal(timers.pending(), 0);
  assert.equal(broker.stats(SUB).outstanding + broker.stats(SUB).backingOff, 0);
});

test("what a filter holds back counts as acknowledged", () => {
  const { broker } = setUp({ filter: 'attributes.project = "web"' });
  broker.publish(TOPIC, [
    { data: encode("a"), attributes: { project: "web" } },
    { data: encode("b"), attributes: { project: "ios" } },
    { data: encode("c") },
  ]);
  assert.deepEqual(
    broker.pull(SUB, 10).map(({ message }) => message.data),
    [encode("a")],
  );
  assert.equal(broker.stats(SUB).ready, 0);
});

test("what nobody acknowledged within the retention is gone", async () => {
  const { broker, timers } = setUp({ retentionSeconds: 600 });
  broker.publish(TOPIC, [{ data: encode("old") }]);
  timers.advance(599_000);
  const [first] = broker.pull(SUB, 10);
  broker.modifyAckDeadline(SUB, [first?.ackId ?? ""], 0);
  broker.publish(TOPIC, [{ data: encode("new") }]);
  timers.advance(1000);
  assert.deepEqual(
    broker.pull(SUB, 10).map(({ message }) => message.data),
    [encode("new")],
  );
  await broker.backlogAtMost(1, [SUB]);
});
