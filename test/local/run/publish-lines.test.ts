import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startPubSub } from "../../../local/pubsub/pubsub-server.ts";
import type { PublishedBatch } from "../../../local/run/publish-lines.ts";
import { publishLines } from "../../../local/run/publish-lines.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

const { eventsTopic, eventsSubscription } = CLOUD_NAMES;

async function setUp(t: TestContext, lines: readonly string[]) {
  const pubsub = await startPubSub();
  t.after(() => pubsub.stop());
  pubsub.createTopic(eventsTopic);
  pubsub.createSubscription({ name: eventsSubscription, topic: eventsTopic });
  const file = path.join(await temporaryFolder(t), "messages.ndjson");
  await writeFile(file, lines.join("\n"));
  return { pubsub, file: { name: "messages.ndjson", path: file, bytes: 0 } };
}

test("each line is one message, in order", async (t) => {
  const lines = Array.from({ length: 250 }, (_, index) => `{"line":${index},"text":"größe"}`);
  const { pubsub, file } = await setUp(t, lines);
  const batches: PublishedBatch[] = [];

  const problems = await publishLines(
    file,
    { pubsub, names: CLOUD_NAMES },
    new AbortController().signal,
    (batch) => {
      batches.push(batch);
    },
  );

  const messages = pubsub.pull(eventsSubscription, 1000).map(({ message }) => message);
  const texts = messages.map(({ data }) => Buffer.from(data, "base64").toString("utf8"));
  assert.deepEqual(texts, lines);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    batches.flatMap(({ messageIds }) => messageIds),
    messages.map(({ messageId }) => messageId),
  );
  assert.deepEqual(
    batches.flatMap((batch) => batch.lines),
    lines.map((_, index) => index + 1),
  );
  assert.equal(
    batches.reduce((sum, { bytes }) => sum + bytes, 0),
    Buffer.byteLength(lines.join("")),
  );
});

test("publishing waits until there are few enough messages that are not acknowledged", async (t) => {
  const large = "x".repeat(1_000_000);
  const { pubsub, file } = await setUp(
    t,
    Array.from({ length: 100 }, () => large),
  );

  const publishing = publishLines(
    file,
    { pubsub, names: CLOUD_NAMES },
    new AbortController().signal,
    () => undefined,
  );
  const received: number[] = [];
  await until(() => {
    const ackIds = pubsub.pull(eventsSubscription, 100).map(({ ackId }) => ackId);
    received.push(ackIds.length);
    pubsub.acknowledge(eventsSubscription, ackIds);
    return received.reduce((sum, count) => sum + count, 0) === 100;
  }, "100 messages");
  await publishing;

  assert.ok(Math.max(...received) <= 64, `${Math.max(...received)} MB at once`);
});

test("a line that no message can hold is told with its number, the others are published", async (t) => {
  const { pubsub, file } = await setUp(t, ["a", "x".repeat(10_000_001), "b"]);

  const problems = await publishLines(
    file,
    { pubsub, names: CLOUD_NAMES },
    new AbortController().signal,
    () => undefined,
  );

  assert.deepEqual(problems, [
    "messages.ndjson line 2 was not published: it has 10000001 bytes, and a message can hold 10000000.",
  ]);
  assert.equal(pubsub.stats(eventsSubscription).received, 2);
});

for (const { name, compressed } of [
  { name: "gzip", compressed: gzipSync },
  { name: "zstd", compressed: zstdCompressSync },
])
  test(`of ${name} the lines of its contents are published, up to damage`, async (t) => {
    const { pubsub, file } = await setUp(t, []);
    const members = Buffer.concat([compressed("a\nb\n"), compressed("c\nd\n")]);
    const publish = () =>
      publishLines(
        file,
        { pubsub, names: CLOUD_NAMES },
        new AbortController().signal,
        () => undefined,
      );
    const texts = (): readonly string[] =>
      pubsub
        .pull(eventsSubscription, 100)
        .map(({ message }) => Buffer.from(message.data, "base64").toString("utf8"));

    await writeFile(file.path, members);
    assert.deepEqual(await publish(), []);
    assert.deepEqual(texts(), ["a", "b", "c", "d"]);

    await writeFile(file.path, members.subarray(0, -9));
    assert.deepEqual(await publish(), [
      "messages.ndjson is cut off or damaged: what follows the damage was not published.",
    ]);
    assert.deepEqual(texts().slice(0, 2), ["a", "b"]);
  });
