import assert from "node:assert/strict";
import { test } from "node:test";

import { replay } from "../../../cli/replay/replay.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import type { OutgoingMessage } from "../../../functions/google/publisher.ts";
import { isObject } from "../../../functions/platform/json.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { deadLetter, HALF, ofObject } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, landingBucket } = CLOUD_NAMES;
const { eventsSubscription, objectsSubscription } = CLOUD_NAMES;
const ONE = { filter: {}, expected: 1 };

/** Pub/Sub says of one subscription what somebody has changed. */
function withSubscription(connection: Connection, name: string, changed: object): Connection {
  const get: Connection["rest"]["get"] = async (what, url) => {
    const page = await connection.rest.get(what, url);
    const { subscriptions } = page;
    if (!Array.isArray(subscriptions)) return page;
    return {
      ...page,
      subscriptions: subscriptions.map((one: unknown) =>
        isObject(one) && one["name"] === name ? { ...one, ...changed } : one,
      ),
    };
  };
  return { ...connection, rest: { ...connection.rest, get } };
}

const TWO_RECORDS = deadLetter('{"a":1}\n{}', { records: "2" });
const bucket = { bucketId: landingBucket, reason: "quarantined" };
const cases: readonly (readonly [string, string, object, "records" | "object"])[] = [
  ["detached, events", eventsSubscription, { detached: true }, "records"],
  ["exported, events", eventsSubscription, { bigqueryConfig: { table: "p.d.t" } }, "records"],
  ["detached, objects", objectsSubscription, { detached: true }, "object"],
  ["filtered, objects", objectsSubscription, { filter: "attributes:x" }, "object"],
  ["dead letters of no topic", deadLetterSubscription, { topic: "_deleted-topic_" }, "records"],
  ["detached, dead letters", deadLetterSubscription, { detached: true }, "records"],
  ["filtered, dead letters", deadLetterSubscription, { filter: "attributes:x" }, "records"],
  [
    "pushed, dead letters",
    deadLetterSubscription,
    { pushConfig: { pushEndpoint: "https://a.b/" } },
    "records",
  ],
  [
    "exported, dead letters",
    deadLetterSubscription,
    { cloudStorageConfig: { bucket: "b" } },
    "records",
  ],
];

for (const [name, subscription, changed, kind] of cases)
  test(`a letter stays when what replaces it would be kept nowhere: ${name}`, async (t) => {
    const { connection, pubsub, bucket: storage } = await startOperatorCloud(t);
    const { generation } = await storage.put(landingBucket, "o", Buffer.from("text"));
    const ofFile = deadLetter("", { ...ofObject("o", "", generation), ...bucket });
    pubsub.publish(deadLetterTopic, [kind === "records" ? TWO_RECORDS : ofFile]);
    const changedCloud = withSubscription(connection, subscription, changed);
    const { total, groups } = await replay(changedCloud, { ...ONE, repair: HALF });
    assert.deepEqual([total.left, total.sent], [1, 0]);
    assert.match(groups[0]?.why ?? "", /see doctor/);
    assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);
    assert.equal(pubsub.stats(eventsSubscription).received, 0);
  });

test("a file that was replaced since then is not imported as it was", async (t) => {
  const { connection, pubsub, bucket: storage } = await startOperatorCloud(t);
  const { generation } = await storage.put(landingBucket, "o", Buffer.from("wrong"));
  await storage.put(landingBucket, "o", Buffer.from("right"));
  pubsub.publish(deadLetterTopic, [
    deadLetter("", { ...ofObject("o", "", generation), ...bucket }),
  ]);
  const { groups } = await replay(connection, ONE);
  assert.match(groups[0]?.why ?? "", /^the object was replaced or deleted since then/);
  assert.equal(pubsub.stats(objectsSubscription).received, 0);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);
});

test("a letter of a name that no object can have keeps no other one", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [
    deadLetter("", { ...ofObject("..", "", "1"), ...bucket }),
    deadLetter("", { ...ofObject(".", "3", "1"), bucketId: landingBucket }),
    deadLetter('{"a":1}'),
  ]);
  const { total } = await replay(connection, { ...ONE, expected: 3 });
  assert.deepEqual([total.left, total.replaced], [2, 1]);
});

test("what remains of a letter by reference does not hold its records", async (t) => {
  const { connection, pubsub, bucket: storage } = await startOperatorCloud(t);
  const content = '{"a":1}\n{}\n{"a":3}\n{}\n';
  const { generation } = await storage.put(landingBucket, "o", Buffer.from(content));
  const attributes = { ...ofObject("o", "1-4", generation), records: "4" };
  pubsub.publish(deadLetterTopic, [deadLetter("", { ...attributes, bucketId: landingBucket })]);
  const rests: OutgoingMessage[] = [];
  const publish: typeof connection.publish = (topic, messages, deadline) => {
    if (topic === deadLetterTopic) rests.push(...messages);
    return connection.publish(topic, messages, deadline);
  };
  const { total } = await replay({ ...connection, publish }, { ...ONE, repair: HALF });
  assert.deepEqual([total.sent, total.unrepaired], [2, 2]);
  assert.deepEqual(
    rests.map(({ data, attributes: { lines, records } }) => [data.length, lines, records]),
    [[0, "2,4", "2"]],
  );
});
