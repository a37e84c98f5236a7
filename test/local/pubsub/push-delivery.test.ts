import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";

import type { SubscriptionSettings } from "../../../local/pubsub/pubsub-server.ts";
import { startPubSub } from "../../../local/pubsub/pubsub-server.ts";
import { createFakeTimers } from "../../support/fake-timers.ts";
import { startPushEndpoint } from "../../support/push-endpoint.ts";

const TOPIC = "projects/p/topics/events";
const DEAD = "projects/p/topics/dead";
const SUB = "projects/p/subscriptions/push";
const DEAD_SUB = "projects/p/subscriptions/dead-sub";

const encode = (text: string): string => Buffer.from(text).toString("base64");

async function setUp(
  t: TestContext,
  respond: Parameters<typeof startPushEndpoint>[0],
  settings: Partial<SubscriptionSettings> = {},
) {
  const timers = createFakeTimers();
  const endpoint = await startPushEndpoint(respond);
  const pubsub = await startPubSub({ timers, random: () => 0.5 });
  t.after(async () => {
    await pubsub.stop();
    await endpoint.stop();
  });
  pubsub.createTopic(TOPIC);
  pubsub.createTopic(DEAD);
  pubsub.createSubscription({ name: DEAD_SUB, topic: DEAD });
  pubsub.createSubscription({ name: SUB, topic: TOPIC, pushEndpoint: endpoint.url, ...settings });
  /** Resolves when every delivery so far has its response and is taken into account. */
  const settled = async (): Promise<void> => {
    while (pubsub.stats(SUB).inFlight > 0) await new Promise(setImmediate);
  };
  return { timers, endpoint, pubsub, settled };
}

test("the request is the service's envelope, with the attempt only when there is a dead-letter policy", async (t) => {
  const deadLetterPolicy = { deadLetterTopic: DEAD, maxDeliveryAttempts: 5 };
  const { endpoint, pubsub } = await setUp(t, () => 204, { deadLetterPolicy });
  const plain = await setUp(t, () => 204);

  const [id] = pubsub.publish(TOPIC, [{ data: encode("hello"), attributes: { k: "v" } }]);
  const [plainId] = plain.pubsub.publish(TOPIC, [{ attributes: { only: "attributes" } }]);
  await pubsub.idle([SUB]);
  await plain.pubsub.idle([SUB]);

  const publishTime = "2026-01-01T00:00:00.000Z";
  assert.equal(endpoint.received[0]?.headers["content-type"], "application/json");
  assert.deepEqual(endpoint.received[0].body, {
    message: {
      attributes: { k: "v" },
      data: encode("hello"),
      messageId: id,
      message_id: id,
      publishTime,
      publish_time: publishTime,
    },
    subscription: SUB,
    deliveryAttempt: 1,
  });
  assert.deepEqual(plain.endpoint.received[0]?.body, {
    message: {
      attributes: { only: "attributes" },
      messageId: plainId,
      message_id: plainId,
      publishTime,
      publish_time: publishTime,
    },
    subscription: SUB,
  });
});

const STATUSES = [
  ...[200, 201, 202, 204].map((status) => ({ status, acknowledges: true })),
  ...[203, 205, 206, 301, 302, 304, 400, 401, 403, 404, 405, 429, 500, 502, 503, 504].map(
    (status) => ({ status, acknowledges: false }),
  ),
];

for (const { status, acknowledges } of STATUSES)
  test(`${status} ${acknowledges ? "acknowledges" : "is a refusal: the message comes back"}`, async (t) => {
    let responses = 0;
    const { timers, endpoint, pubsub, settled } = await setUp(t, () =>
      responses++ === 0 ? status : 204,
    );

    pubsub.publish(TOPIC, [{ data: encode("a") }]);
    await endpoint.arrived(1);
    await settled();
    timers.advance(100);
    await pubsub.idle([SUB]);

    assert.equal(endpoint.received.length, acknowledges ? 1 : 2);
    assert.equal(pubsub.stats(SUB).lastFailure?.status, acknowledges ? undefined : status);
  });

test("102 acknowledges before the final response, whatever that is", async (t) => {
  const { timers, endpoint, pubsub } = await setUp(t, (_push, response) => {
    response.writeProcessing();
    return 500;
  });

  pubsub.publish(TOPIC, [{ data: encode("a") }]);
  await pubsub.idle([SUB]);
  timers.advance(3_600_000);

  assert.equal(endpoint.received.length, 1);
});

test("a connection that breaks, or that nobody accepts, is a refusal", async (t) => {
  let responses = 0;
  const { timers, endpoint, pubsub, settled } = await setUp(t, (_push, response) => {
    if (responses++ > 0) return 204;
    response.destroy();
    return undefined;
  });

  pubsub.publish(TOPIC, [{ data: encode("a") }]);
  await endpoint.arrived(1);
  await settled();
  pubsub.setPushEndpoint(SUB, "http://127.0.0.1:1");
  timers.advance(100);
  await settled();
  assert.match(pubsub.stats(SUB).lastFailure?.text ?? "", /ECONNREFUSED/);
  pubsub.setPushEndpoint(SUB, endpoint.url);
  timers.advance(200);
  await pubsub.idle([SUB]);

  assert.equal(endpoint.received.length, 2);
  assert.equal(pubsub.stats(SUB).refused, 2);
});

test("each failing message backs off by itself and is dead-lettered after its last attempt", async (t) => {
  const { timers, endpoint, pubsub, settled } = await setUp(
    t,
    ({ text }) => (text === "bad" ? 500 : 204),
    {
      retryPolicy: { minimumBackoffMs: 1000, maximumBackoffMs: 4000 },
      deadLetterPolicy: { deadLetterTopic: DEAD, maxDeliveryAttempts: 5 },
    },
  );
  pubsub.publish(TOPIC, [{ data: encode("bad") }, { data: encode("good") }]);
  await endpoint.arrived(2);
  await settled();

  for (const [index, backoffMs] of [1000, 2000, 4000, 4000].entries()) {
    timers.advance(backoffMs - 1);
    assert.equal(endpoint.received.length, 2 + index);
    timers.advance(1);
    await endpoint.arrived(3 + index);
    await settled();
  }

  await pubsub.idle([SUB]);
  const bad = endpoint.received.filter(({ text }) => text === "bad");
  assert.deepEqual(
    bad.map(({ body }) => body.deliveryAttempt),
    [1, 2, 3, 4, 5],
  );
  assert.equal(new Set(bad.map(({ body }) => body.message["messageId"])).size, 1);
  assert.deepEqual(
    pubsub.pull(DEAD_SUB, 10).map(({ message }) => message.data),
    [encode("bad")],
  );
});

test("past the ack deadline the request is given up and the message delivered again", async (t) => {
  const ended: boolean[] = [];
  const { timers, endpoint, pubsub, settled } = await setUp(
    t,
    (_push, response) => {
      if (endpoint.received.length > 1) return 204;
      response.once("close", () => ended.push(response.writableFinished));
      return undefined;
    },
    { ackDeadlineSeconds: 600 },
  );

  pubsub.publish(TOPIC, [{ data: encode("slow") }]);
  await endpoint.arrived(1);
  timers.advance(599_999);
  assert.equal(pubsub.stats(SUB).outstanding, 1);
  timers.advance(1);
  await settled();
  timers.advance(100);
  await pubsub.idle([SUB]);

  assert.equal(endpoint.received.length, 2);
  assert.equal(pubsub.stats(SUB).expired, 1);
  assert.deepEqual(ended, [false]);
});

test("flow control starts small, grows with successes, and keeps to the maximum", async (t) => {
  const open: ((status: number) => void)[] = [];
  const { endpoint, pubsub } = await setUp(
    t,
    () => new Promise<number>((resolve) => void open.push(resolve)),
    { maxOutstanding: 10 },
  );
  const release = (): void => {
    for (const send of open.splice(0)) send(204);
  };

  pubsub.publish(
    TOPIC,
    Array.from({ length: 34 }, (_, index) => ({ data: encode(String(index)) })),
  );
  const rounds: number[] = [];
  for (const arrived of [4, 12, 22, 32, 34]) {
    await endpoint.arrived(arrived);
    rounds.push(pubsub.stats(SUB).inFlight);
    release();
  }
  await pubsub.idle([SUB]);

  assert.deepEqual(rounds, [4, 8, 10, 10, 2]);
  assert.equal(pubsub.stats(SUB).maxInFlight, 10);
});

test("failures shrink what is delivered at once", async (t) => {
  const { endpoint, pubsub, settled } = await setUp(t, () => 503);

  pubsub.publish(
    TOPIC,
    Array.from({ length: 4 }, (_, index) => ({ data: encode(String(index)) })),
  );
  await endpoint.arrived(4);
  await settled();

  assert.equal(pubsub.stats(SUB).window, 1);
  assert.equal(pubsub.stats(SUB).backingOff, 4);
});

test("duplicates together are two requests under way at once, with one message id", async (t) => {
  const open: ((status: number) => void)[] = [];
  const { endpoint, pubsub } = await setUp(
    t,
    () => new Promise<number>((resolve) => void open.push(resolve)),
    { duplicates: "together" },
  );

  pubsub.publish(TOPIC, [{ data: encode("a") }]);
  await endpoint.arrived(2);
  const [one, other] = endpoint.received;
  for (const send of open) send(204);
  await pubsub.idle([SUB]);

  assert.deepEqual(one?.body.message, other?.body.message);
  assert.equal(pubsub.stats(SUB).maxInFlight, 2);
});

test("without an endpoint messages wait; with one again they are delivered", async (t) => {
  const { endpoint, pubsub } = await setUp(t, () => 204);
  pubsub.setPushEndpoint(SUB, "");

  pubsub.publish(TOPIC, [{ data: encode("a") }]);
  assert.equal(pubsub.stats(SUB).ready, 1);
  pubsub.setPushEndpoint(SUB, endpoint.url);
  await pubsub.idle([SUB]);

  assert.equal(endpoint.received.length, 1);
});
