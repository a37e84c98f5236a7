import assert from "node:assert/strict";
import { test } from "node:test";

import { readBacklogs } from "../../../cli/google/backlog.ts";
import { listObjects, readJsonObject, type ListedObject } from "../../../cli/google/objects.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import { createSubscriber } from "../../../cli/google/subscriber.ts";
import { findSubscriptions } from "../../../cli/google/subscriptions.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";

const { deadLetterTopic, deadLetterSubscription, objectsSubscription, eventsSubscription } =
  CLOUD_NAMES;

test("messages are pulled, put back, pulled again and acknowledged", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const data = Buffer.from("{}\n").toString("base64");
  const attributes = { version: "1", __proto__x: "", constructor: "a" };
  pubsub.publish(deadLetterTopic, [
    { data, attributes },
    { data, attributes: {} },
  ]);
  const subscriber = createSubscriber(connection, deadLetterSubscription);

  const first = await subscriber.pull(1000);
  assert.deepEqual(
    first.map((message) => [message.data.toString(), { ...message.attributes }]),
    [
      ["{}\n", attributes],
      ["{}\n", {}],
    ],
  );
  await subscriber.modifyAckDeadline([first[0]?.ackId ?? ""], 0);
  await subscriber.acknowledge([first[1]?.ackId ?? ""]);
  const again = await subscriber.pull(1000);
  assert.deepEqual(
    again.map(({ messageId }) => messageId),
    [first[0]?.messageId],
  );
  await subscriber.acknowledge(again.map(({ ackId }) => ackId));
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 2);
});

test("the stack's own subscriptions are told from other readers of its topics", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.createSubscription({
    name: "projects/local/subscriptions/warehouse",
    topic: CLOUD_NAMES.eventsTopic,
  });
  const { objects, events, deadLetters } = await findSubscriptions(connection);
  assert.equal(objects?.name, objectsSubscription);
  assert.equal(events?.name, eventsSubscription);
  assert.equal(deadLetters?.name, deadLetterSubscription);
});

test("the backlog is what is not acknowledged; of an unknown subscription nothing is known", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [{ data: "e30=" }, { data: "e30=" }]);
  const backlogs = await readBacklogs(connection, [deadLetterSubscription, eventsSubscription]);
  assert.deepEqual(
    [...backlogs].map(([name, { messages }]) => [name, messages]),
    [
      [deadLetterSubscription, 2],
      [eventsSubscription, 0],
    ],
  );
});

test("objects are listed in pages, from a name on; one that holds JSON is read", async (t) => {
  const { connection, bucket } = await startOperatorCloud(t);
  for (let index = 0; index < 1003; index++)
    await bucket.put(CLOUD_NAMES.receiptsBucket, `a/${index}.json`, Buffer.from(`{"n":${index}}`));
  const pages: (readonly ListedObject[])[] = [];
  const options = { prefix: "a/", startOffset: "a/1" };
  for await (const page of listObjects(connection, CLOUD_NAMES.receiptsBucket, options))
    pages.push(page);
  assert.deepEqual(
    pages.map((page) => page.length),
    [1000, 2],
  );
  assert.equal(pages[0]?.[0]?.name, "a/1.json");
  const value = await readJsonObject(connection, CLOUD_NAMES.receiptsBucket, "a/7.json");
  assert.deepEqual(value, { n: 7 });
});

test("a refusal says what was tried, what the service says, and has its status", async (t) => {
  const { connection } = await startOperatorCloud(t);
  const missing = "projects/local/subscriptions/missing";
  await assert.rejects(
    () => createSubscriber(connection, missing).pull(1),
    (error: unknown) =>
      error instanceof RefusedError &&
      error.status === 404 &&
      error.message.startsWith(`pulling from ${missing} was refused (404): Resource not found`),
  );
});
