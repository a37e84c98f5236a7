import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";

import { replay, survey } from "../../../cli/replay/replay.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { programSubscription } from "../../support/program-pubsub.ts";
import { deadLetter, HALF, ofObject } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;
const { landingBucket, objectsSubscription } = CLOUD_NAMES;
const ALL = { filter: {} };

test("letters are surveyed, sent byte for byte with one replay more, and acknowledged", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [
    deadLetter('{"a":1}', { field: "event", messageId: "17" }),
    deadLetter('{"a":2}\n{"a":3}', { field: "event", records: "2", replays: "1" }),
    deadLetter("{", { reason: "malformed", error: "not JSON" }),
  ]);

  const found = await survey(connection, ALL);
  assert.deepEqual(
    found.groups.map(({ reason, letters, records, action }) => ({
      reason,
      letters,
      records,
      action,
    })),
    [
      { reason: "invalid", letters: 2, records: 3, action: "records" },
      { reason: "malformed", letters: 1, records: 1, action: "records" },
    ],
  );
  assert.equal(pubsub.stats(deadLetterSubscription).refused, 3);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);

  const done = await replay(connection, { ...ALL, expected: found.total.letters });
  assert.deepEqual(done.total, found.total);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 3);
  const sent = pubsub.pull(eventsSubscription, 10).map(({ message }) => ({
    text: Buffer.from(message.data, "base64").toString(),
    replays: message.attributes["replays"],
  }));
  assert.deepEqual(
    sent.sort((one, other) => one.text.localeCompare(other.text)),
    [
      { text: "{", replays: "1" },
      { text: '{"a":1}', replays: "1" },
      { text: '{"a":2}\n{"a":3}', replays: "2" },
    ],
  );
});

test("a letter stays when what is not repaired of it cannot be published", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [deadLetter('{"a":1}\n{}', { records: "2" })]);
  const publish: typeof connection.publish = (topic, messages, deadline) =>
    topic === deadLetterTopic
      ? Promise.reject(new UnavailableError("refused", 400))
      : connection.publish(topic, messages, deadline);

  const done = await replay({ ...connection, publish }, { ...ALL, expected: 1, repair: HALF });

  assert.equal(done.groups[0]?.why, "what is not repaired stays: Pub/Sub does not take it (400)");
  assert.equal(done.total.sent, 1, "the other record was sent");
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);
});

/** An object's own dead letter: it is imported again. */
function ofWholeObject(name: string, generation: string, reason: string) {
  const bucketId = landingBucket;
  return deadLetter("", { ...ofObject(name, "", generation), bucketId, reason });
}

test("each goes to where it came from: objects once, what Pub/Sub gave up as it was", async (t) => {
  const { connection, pubsub, bucket } = await startOperatorCloud(t);
  const { generation } = await bucket.put(landingBucket, "notes.txt", Buffer.from("text"));
  const forwarded = (subscription: string) => ({
    data: Buffer.from("as it was").toString("base64"),
    attributes: {
      CloudPubSubDeadLetterSourceSubscription: subscription.replace(/^.*\//u, ""),
      CloudPubSubDeadLetterSourceSubscriptionProject: "local",
      CloudPubSubDeadLetterSourceDeliveryCount: "100",
      kind: "web",
    },
  });
  pubsub.publish(deadLetterTopic, [
    ofWholeObject("notes.txt", generation, "quarantined"),
    ofWholeObject("notes.txt", generation, "quarantined"),
    ofWholeObject("gone.zip", "7", "unreadable"),
    forwarded(eventsSubscription),
    forwarded(objectsSubscription),
    forwarded("projects/local/subscriptions/of-somebody-else"),
    deadLetter('{"$distinct_id":"u-1","$set":{"plan":"b"}}', { field: "$token" }),
  ]);

  const done = await replay(connection, { ...ALL, expected: 7 });

  assert.deepEqual(done.groups.map(({ action, letters, why }) => [action, letters, why]).sort(), [
    ["forward", 1, ""],
    ["forward", 1, ""],
    ["leave", 1, "its subscription is not the stack's, or no longer"],
    ["leave", 1, "the object is not there any more: upload it again"],
    ["object", 2, ""],
    ["records", 1, ""],
  ]);
  const imports = pubsub.pull(objectsSubscription, 10).map(({ message }) => message.attributes);
  const { eventType, objectId, quarantine, importId } =
    imports.find((attributes) => attributes["eventType"] !== undefined) ?? {};
  assert.equal(imports.length, 2, "one for the object, and what Pub/Sub gave up");
  assert.deepEqual([eventType, objectId, quarantine], ["IMPORT_AGAIN", "notes.txt", "off"]);
  assert.match(importId ?? "", /^replay-/);
  const sent = pubsub
    .pull(eventsSubscription, 10)
    .map(({ message: { data, attributes } }) => [
      Buffer.from(data, "base64").toString(),
      attributes,
    ]);
  assert.deepEqual(
    sent.find(([data]) => data === "as it was"),
    ["as it was", { kind: "web" }],
  );
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 5);
});

test("a record in parts goes when all of them are there, and as many as are asked for", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const part = (text: string, number: number): ReturnType<typeof deadLetter> =>
    deadLetter(text.slice((number - 1) * 5, number * 5), {
      ...{ reason: "too-large", part: String(number), parts: "2" },
      ...{ bytes: String(text.length), sha256: hash("sha256", text) },
      records: number === 1 ? "1" : "0",
    });
  pubsub.publish(deadLetterTopic, [
    part('{"a":"b"}', 2),
    part('{"c":"d"}', 2),
    part('{"a":"b"}', 1),
  ]);

  const done = await replay(connection, { ...ALL, expected: 3 });

  assert.deepEqual([done.total.records, done.total.sent, done.total.left], [1, 1, 1]);
  const sent = pubsub.pull(eventsSubscription, 10);
  assert.deepEqual(
    sent.map(({ message: { data } }) => Buffer.from(data, "base64").toString()),
    ['{"a":"b"}'],
  );
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 2);

  pubsub.publish(deadLetterTopic, [deadLetter("1"), deadLetter("2"), deadLetter("3")]);
  const filter = { reasons: ["invalid"] };
  const limited = await replay(connection, { filter, limit: 2, expected: 4 });
  assert.deepEqual([limited.total.replaced, limited.total.letters], [2, 2]);
});

test("what nobody reads, and what the filter drops, is not acknowledged", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.deleteSubscription(eventsSubscription);
  const forwarded = {
    CloudPubSubDeadLetterSourceSubscription: eventsSubscription.replace(/^.*\//u, ""),
    CloudPubSubDeadLetterSourceSubscriptionProject: "local",
  };
  pubsub.publish(deadLetterTopic, [
    deadLetter('{"a":1}', { "original.kind": "web" }),
    deadLetter('{"a":2}', { "original.kind": "app" }),
    { data: Buffer.from('{"a":3}').toString("base64"), attributes: { ...forwarded, kind: "app" } },
  ]);
  const orphaned = await replay(connection, { ...ALL, expected: 3 });
  assert.deepEqual([orphaned.total.sent, orphaned.total.left], [0, 3]);

  pubsub.createSubscription({
    ...programSubscription(eventsSubscription),
    filter: 'attributes.kind = "web"',
  });
  const filtered = await replay(connection, { ...ALL, expected: 3 });
  assert.deepEqual([filtered.total.sent, filtered.total.left], [1, 2]);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 1);
  assert.equal(pubsub.pull(eventsSubscription, 10).length, 1);
});

test("what is delivered again after it was sent is acknowledged, and not sent again", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [deadLetter('{"a":1}'), deadLetter('{"a":2}')]);
  const { google } = connection;
  let lost = 0;
  const send: typeof google.send = (request) => {
    // Its lease has ended: Pub/Sub says 200 all the same, and delivers it again.
    if (request.url.endsWith(":acknowledge") && lost === 0) {
      const { ackIds } = JSON.parse(String(request.body)) as { readonly ackIds: string[] };
      lost += ackIds.length;
      pubsub.modifyAckDeadline(deadLetterSubscription, ackIds, 0);
    }
    return google.send(request);
  };
  const done = await replay(
    { ...connection, google: { ...google, send } },
    { ...ALL, expected: 2 },
  );

  assert.ok(lost > 0);
  assert.deepEqual([done.total.letters, done.total.replaced, done.seen], [2, 2, 2]);
  assert.equal(pubsub.stats(eventsSubscription).received, 2);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 2);
});

test("what fails midway says how much was sent, and loses nothing", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [deadLetter('{"a":1}'), deadLetter("", {})]);
  const { google } = connection;
  const send: typeof google.send = (request) =>
    google.send(
      request.url.endsWith(":acknowledge")
        ? { ...request, url: request.url.replace(":acknowledge", "-of-another:acknowledge") }
        : request,
    );
  const told: number[] = [];
  const onBroken = (sent: number): void => {
    told.push(sent);
  };
  const failing = { ...connection, google: { ...google, send } };
  await assert.rejects(replay(failing, { ...ALL, expected: 2 }, { onBroken }), /refused \(404\)/);
  assert.deepEqual(told, [1]);
  await assert.doesNotReject(survey(failing, { ...ALL, expected: 2 }, { onBroken }));
  assert.deepEqual(told, [1]);

  const again = await replay(connection, { ...ALL, expected: 2 });
  assert.deepEqual([again.total.replaced, again.total.left], [1, 1]);
});
