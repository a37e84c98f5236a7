import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startPubSub } from "../../../local/pubsub/pubsub-server.ts";
import type { DeadLetterGroup } from "../../../local/run/dead-letter-groups.ts";
import { collectDeadLetters } from "../../../local/run/dead-letter-collector.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const { deadLetterTopic, deadLetterSubscription } = CLOUD_NAMES;

async function setUp(t: TestContext) {
  const pubsub = await startPubSub();
  pubsub.createTopic(deadLetterTopic);
  pubsub.createSubscription({ name: deadLetterSubscription, topic: deadLetterTopic });
  const file = path.join(await temporaryFolder(t), "dead-letters.ndjson");
  const seen: DeadLetterGroup[] = [];
  const collector = collectDeadLetters(pubsub, {
    subscription: CLOUD_NAMES.deadLetterSubscription,
    file,
    placeOf: (messageId) => (messageId === "7" ? "messages.ndjson line 3" : undefined),
    onGroup: (group) => seen.push(group),
  });
  t.after(async () => {
    collector.stop();
    await pubsub.stop();
  });
  const publish = (attributes: Record<string, string>, data = Buffer.from("{}")): void => {
    pubsub.publish(deadLetterTopic, [{ data: data.toString("base64"), attributes }]);
  };
  return { pubsub, collector, publish, file, seen };
}

const OF_OBJECT = { version: "1", objectId: "a.ndjson", field: "", error: "not valid JSON" };

test("records are summed up by reason, with the first line of the first one as sample", async (t) => {
  const { collector, publish, seen } = await setUp(t);
  publish({ ...OF_OBJECT, reason: "malformed", records: "3", lines: "7-9" });
  publish({ ...OF_OBJECT, reason: "malformed", records: "2", lines: "20,22" });
  publish({ version: "1", reason: "invalid", field: "time", error: "missing", messageId: "42" });

  collector.collect();

  assert.deepEqual(collector.totals(), {
    records: 6,
    byReason: { malformed: 5, invalid: 1 },
    groups: [
      {
        reason: "malformed",
        field: "",
        error: "not valid JSON",
        records: 5,
        sample: "a.ndjson line 7",
      },
      { reason: "invalid", field: "time", error: "missing", records: 1, sample: "message 42" },
    ],
    undelivered: 0,
  });
  assert.deepEqual(
    seen.map(({ reason }) => reason),
    ["malformed", "invalid"],
  );
});

test("a message is located by its line where that is known, otherwise by its id", async (t) => {
  const { collector, publish } = await setUp(t);
  publish({ version: "1", reason: "malformed", error: "one", messageId: "7" });
  publish({ version: "1", reason: "malformed", error: "other", messageId: "8" });

  collector.collect();

  assert.deepEqual(
    collector.totals().groups.map(({ sample }) => sample),
    ["messages.ndjson line 3", "message 8"],
  );
});

test("what Pub/Sub forwarded by itself is counted apart", async (t) => {
  const { collector, publish } = await setUp(t);
  publish({ CloudPubSubDeadLetterSourceDeliveryCount: "10" });

  collector.collect();

  assert.equal(collector.totals().undelivered, 1);
  assert.equal(collector.totals().records, 0);
});

test("dead letters are written down and acknowledged, also those that are no text", async (t) => {
  const { pubsub, collector, publish, file } = await setUp(t);
  publish({ ...OF_OBJECT, reason: "malformed" }, Buffer.from("Grüße"));
  publish({ ...OF_OBJECT, reason: "malformed" }, Buffer.from([0xff, 0xfe]));

  collector.collect();

  const [text, binary] = (await readFile(file, "utf8")).trimEnd().split("\n");
  assert.match(text ?? "", /"attributes":\{"version":"1",.*"data":"Grüße"\}$/);
  assert.match(binary ?? "", /"dataBase64":"\/\/4="\}$/);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 2);
});

test("what never held data says so, as replay --from wants it", async (t) => {
  const { collector, publish, file } = await setUp(t);
  const ofRecord = { ...OF_OBJECT, bucketId: "b", objectGeneration: "1", reason: "malformed" };
  publish({ ...ofRecord, lines: "3" }, Buffer.alloc(0));
  publish({ ...ofRecord, reason: "quarantined" }, Buffer.alloc(0));

  collector.collect();

  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { readonly empty?: boolean }).empty),
    [true, undefined],
  );
});

test("every kind of problem is told once a file, and counted for it, whatever values it names", async (t) => {
  const { collector, publish, seen } = await setUp(t);
  const ofFile = (objectId: string, objectGeneration: string, error: string): void => {
    publish({ version: "1", reason: "rejected", field: "", error, objectId, objectGeneration });
  };
  ofFile("a", "1", "'x1' is too long: 300");
  ofFile("a", "1", "'y' is too long: 400");
  ofFile("a", "1", "missing");
  ofFile("b", "1", "missing");
  ofFile("b", "2", "missing");

  collector.collect();

  assert.deepEqual(
    seen.map(({ sample, error }) => [sample, error]),
    [
      ["a", "'x1' is too long: 300"],
      ["a", "missing"],
      ["b", "missing"],
      ["b", "missing"],
    ],
  );
  assert.deepEqual(
    collector.ofObject("a", "1").map(({ records, error }) => [records, error]),
    [
      [2, "'x1' is too long: 300"],
      [1, "missing"],
    ],
  );
  assert.deepEqual(collector.ofObject("c", "1"), []);
  assert.equal(collector.totals().groups.length, 3);
});
