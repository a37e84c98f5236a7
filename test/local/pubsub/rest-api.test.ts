import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { startPubSub } from "../../../local/pubsub/pubsub-server.ts";

const TOPIC = "projects/p/topics/events";
const SUB = "projects/p/subscriptions/sub";

interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
}

async function setUp(t: TestContext) {
  const pubsub = await startPubSub();
  t.after(() => pubsub.stop());
  const call = async (method: string, path: string, body?: unknown): Promise<ApiResponse> => {
    const response = await fetch(`${pubsub.url}/v1/${path}`, {
      method,
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    return { status: response.status, body: await response.json() };
  };
  return { pubsub, call };
}

async function setUpWithSubscription(t: TestContext) {
  const setup = await setUp(t);
  await setup.call("PUT", TOPIC, {});
  await setup.call("PUT", SUB, { topic: TOPIC });
  return setup;
}

test("topics and subscriptions are created, described and listed", async (t) => {
  const { call } = await setUp(t);
  const dead = "projects/p/topics/dead-letters";
  const described = {
    name: SUB,
    topic: TOPIC,
    pushConfig: { pushEndpoint: "http://127.0.0.1:9/" },
    ackDeadlineSeconds: 600,
    retryPolicy: { minimumBackoff: "0.5s", maximumBackoff: "600s" },
    deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 100 },
    state: "ACTIVE",
  };

  assert.deepEqual(await call("PUT", TOPIC), { status: 200, body: { name: TOPIC } });
  await call("PUT", dead, {});
  const { name, state, ...wanted } = described;
  assert.deepEqual(await call("PUT", SUB, wanted), { status: 200, body: described });

  assert.deepEqual((await call("GET", SUB)).body, described);
  assert.deepEqual((await call("GET", TOPIC)).body, { name: TOPIC });
  assert.deepEqual((await call("GET", "projects/p/topics")).body, {
    topics: [{ name: TOPIC }, { name: dead }],
  });
  assert.deepEqual((await call("GET", "projects/p/subscriptions")).body, {
    subscriptions: [described],
  });
  assert.deepEqual((await call("GET", "projects/other/topics")).body, { topics: [] });
  assert.deepEqual([name, state], [SUB, "ACTIVE"]);
});

test("published messages are pulled with their ids, and acknowledged", async (t) => {
  const { call, pubsub } = await setUpWithSubscription(t);
  const data = Buffer.from("Grüße").toString("base64");

  const published = await call("POST", `${TOPIC}:publish`, {
    messages: [{ data }, { attributes: { k: "v" } }],
  });
  const pulled = pubsub.pull(SUB, 10);

  assert.equal(published.status, 200);
  assert.deepEqual(published.body, {
    messageIds: pulled.map(({ message }) => message.messageId),
  });
  assert.deepEqual(
    pulled.map(({ message: { data: text, attributes } }) => ({ text, attributes })),
    [
      { text: data, attributes: {} },
      { text: "", attributes: { k: "v" } },
    ],
  );
  const ackIds = pulled.map(({ ackId }) => ackId);
  assert.deepEqual(await call("POST", `${SUB}:acknowledge`, { ackIds }), { status: 200, body: {} });
  assert.equal(pubsub.stats(SUB).acknowledged, 2);
});

test("a pull waits for a message, unless told to return immediately", async (t) => {
  const { call, pubsub } = await setUpWithSubscription(t);

  const empty = await call("POST", `${SUB}:pull`, { maxMessages: 1, returnImmediately: true });
  const waiting = call("POST", `${SUB}:pull`, { maxMessages: 1 });
  await call("POST", `${TOPIC}:publish`, { messages: [{ data: "YQ==" }] });
  const { status, body } = await waiting;

  assert.deepEqual(empty, { status: 200, body: {} });
  assert.equal(status, 200);
  assert.match(
    JSON.stringify(body),
    /"receivedMessages":\[\{"ackId":".+","message":\{"data":"YQ=="/,
  );
  assert.equal(pubsub.stats(SUB).outstanding, 1);
});

test("a pull that nobody waits for any more takes no message from others", async (t) => {
  const { call, pubsub } = await setUpWithSubscription(t);
  const hangUp = new AbortController();
  const options = { method: "POST", body: '{"maxMessages":1}', signal: hangUp.signal };
  const waiting = fetch(`${pubsub.url}/v1/${SUB}:pull`, options);
  // It is there before what is behind it on another connection.
  await call("POST", `${SUB}:pull`, { maxMessages: 1, returnImmediately: true });
  hangUp.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  // By the time that this has gone there and back, the server knows.
  await call("GET", SUB);
  pubsub.publish(TOPIC, [{ data: "YQ==" }]);

  const { body } = await call("POST", `${SUB}:pull`, { maxMessages: 1 });

  assert.match(JSON.stringify(body), /"data":"YQ=="/);
});

test("an ack deadline of 0 refuses the delivery, and a larger one extends it", async (t) => {
  const { call, pubsub } = await setUpWithSubscription(t);
  pubsub.publish(TOPIC, [{ data: "YQ==" }]);
  const ackIds = pubsub.pull(SUB, 1).map(({ ackId }) => ackId);

  await call("POST", `${SUB}:modifyAckDeadline`, { ackIds, ackDeadlineSeconds: 600 });
  assert.equal(pubsub.stats(SUB).outstanding, 1);
  await call("POST", `${SUB}:modifyAckDeadline`, { ackIds, ackDeadlineSeconds: 0 });

  assert.equal(pubsub.stats(SUB).refused, 1);
});

test("push is switched on and off by modifyPushConfig", async (t) => {
  const { call } = await setUpWithSubscription(t);
  const pushConfig = { pushEndpoint: "http://127.0.0.1:9/" };

  await call("POST", `${SUB}:modifyPushConfig`, { pushConfig });
  const on = await call("GET", SUB);
  await call("POST", `${SUB}:modifyPushConfig`, { pushConfig: {} });
  const off = await call("GET", SUB);

  assert.match(JSON.stringify(on.body), /"pushConfig":\{"pushEndpoint":"http:\/\/127/);
  assert.match(JSON.stringify(off.body), /"pushConfig":\{\}/);
});

const REFUSALS = [
  {
    what: "publishing to an unknown topic",
    request: ["POST", "projects/p/topics/absent:publish", { messages: [{ data: "YQ==" }] }],
    status: 404,
    code: "NOT_FOUND",
  },
  {
    what: "pulling from an unknown subscription",
    request: ["POST", "projects/p/subscriptions/absent:pull", { maxMessages: 1 }],
    status: 404,
    code: "NOT_FOUND",
  },
  { what: "an unknown topic", request: ["GET", "projects/p/topics/absent"], status: 404 },
  { what: "an unknown path", request: ["GET", "nothing/here"], status: 404 },
  { what: "an unknown method", request: ["POST", `${TOPIC}:explode`, {}], status: 404 },
  {
    what: "a topic that exists",
    request: ["PUT", TOPIC, {}],
    status: 409,
    code: "ALREADY_EXISTS",
  },
  {
    what: "a body that is not JSON",
    request: ["POST", `${TOPIC}:publish`, "{"],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "a body of another shape",
    request: ["POST", `${TOPIC}:publish`, { messages: "a" }],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "an attribute that is no text",
    request: ["POST", `${TOPIC}:publish`, { messages: [{ attributes: { k: 1 } }] }],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "no messages",
    request: ["POST", `${TOPIC}:publish`, {}],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "a publish request over 10 MiB",
    request: ["POST", `${TOPIC}:publish`, { messages: [{ data: "A".repeat(10_485_760) }] }],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "an ack deadline out of range",
    request: ["PUT", "projects/p/subscriptions/new", { topic: TOPIC, ackDeadlineSeconds: 601 }],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "a backoff out of range",
    request: [
      "PUT",
      "projects/p/subscriptions/new",
      { topic: TOPIC, retryPolicy: { minimumBackoff: "700s" } },
    ],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "fewer than five delivery attempts",
    request: [
      "PUT",
      "projects/p/subscriptions/new",
      { topic: TOPIC, deadLetterPolicy: { deadLetterTopic: TOPIC, maxDeliveryAttempts: 3 } },
    ],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "a filter on something else than attributes",
    request: ["PUT", "projects/p/subscriptions/new", { topic: TOPIC, filter: 'data = "v"' }],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "a retention of a minute",
    request: [
      "PUT",
      "projects/p/subscriptions/new",
      { topic: TOPIC, messageRetentionDuration: "60s" },
    ],
    status: 400,
    code: "INVALID_ARGUMENT",
  },
  {
    what: "message ordering, which is not imitated",
    request: ["PUT", "projects/p/subscriptions/new", { topic: TOPIC, enableMessageOrdering: true }],
    status: 501,
    code: "UNIMPLEMENTED",
  },
  {
    what: "a subscription to an unknown topic",
    request: ["PUT", "projects/p/subscriptions/new", { topic: "projects/p/topics/absent" }],
    status: 404,
    code: "NOT_FOUND",
  },
] as const;

for (const { what, request, status, ...rest } of REFUSALS)
  test(`${what} gets ${status}, in the service's form`, async (t) => {
    const { call } = await setUpWithSubscription(t);
    const [method, path, body] = request;

    const response = await call(method, path, body);

    assert.equal(response.status, status);
    const code = "code" in rest ? rest.code : "NOT_FOUND";
    assert.match(
      JSON.stringify(response.body),
      new RegExp(`^\\{"error":\\{"code":${status},"message":".+","status":"${code}"\\}\\}$`),
    );
  });
