import assert from "node:assert/strict";
import { test } from "node:test";

import { parseObjectUrl } from "../../../cli/status/named-object.ts";
import { readStory } from "../../../cli/status/read-story.ts";
import { storyText } from "../../../cli/status/story-text.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { landingBucket, receiptOf, receiptsBucket, startStatusCloud } from "./support.ts";

const { deadLetterTopic, deadLetterSubscription } = CLOUD_NAMES;
const OPTIONS = {
  paint: plain,
  columns: 80,
  stackOptions: " --local",
  now: Date.now(),
  receiptsBucket,
};

function deadLetter(object: string, objectGeneration: string, parts: Record<string, string> = {}) {
  return {
    data: Buffer.from("{}").toString("base64"),
    attributes: {
      ...{ version: "1", bucketId: landingBucket, objectId: object, objectGeneration },
      ...{ reason: "invalid", field: "event", error: "missing", records: "2", lines: "3,7" },
      ...parts,
    },
  };
}

test("a file's generations are told, newest first, with receipts, log and dead letters", async (t) => {
  const { connection, pubsub, upload, finish, log, writeReceipt } = await startStatusCloud(t);
  const first = await finish("a/b", { state: "superseded" });
  const second = await upload("a/b");
  // Neither is of this file.
  await writeReceipt(receiptOf("a/b/123.json", "5"));
  await finish("a/bc");
  log("Import continues", "a/b", second, { run: 1, percent: 40, reason: "out of time" });
  pubsub.publish(deadLetterTopic, [
    deadLetter("a/b", second),
    deadLetter("a/b", second, { lines: "9" }),
    deadLetter("a/b", second, { reason: "rejected", error: "too old", records: "7" }),
    deadLetter("a/b", second, { reason: "too-large", part: "1", parts: "2", records: "1" }),
    deadLetter("a/b", second, { reason: "too-large", part: "2", parts: "2", records: "1" }),
    deadLetter("a/bc", second),
    { data: "e30=", attributes: {} },
  ]);

  const story = await readStory(connection, { bucket: landingBucket, object: "a/b" });

  assert.deepEqual(
    story.generations.map(({ row, replacedAt }) => [
      row.generation,
      row.state,
      replacedAt === undefined,
    ]),
    [
      [second, "importing", true],
      [first, "superseded", false],
    ],
  );
  assert.equal(story.generations[0]?.log[0]?.message, "Import continues");
  assert.ok("value" in story.deadLetters);
  const { messages, kinds } = story.deadLetters.value;
  assert.equal(messages, 7);
  assert.deepEqual(
    kinds.map(({ reason, records, lines }) => [reason, records, lines]),
    [
      ["rejected", 7, "3,7"],
      ["invalid", 4, "3,7"],
      ["too-large", 1, "3,7"],
    ],
  );
});

test("looking at dead letters leaves them where they are", async (t) => {
  const { connection, pubsub, finish } = await startStatusCloud(t);
  const generation = await finish("a");
  const letters = Array.from({ length: 600 }, () => deadLetter("a", generation));
  for (const half of [letters, letters]) pubsub.publish(deadLetterTopic, half);
  for (const round of ["first", "second"]) {
    const story = await readStory(connection, { bucket: landingBucket, object: "a" });
    assert.ok("value" in story.deadLetters);
    assert.equal(story.deadLetters.value.kinds[0]?.records, 2400, `the ${round} time`);
  }
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);
});

test("what is long gone has a story as long as its receipt is there; nothing else has", async (t) => {
  const { connection, writeReceipt } = await startStatusCloud(t);
  const long = `gone/${"é".repeat(505)}`;
  await writeReceipt(receiptOf("gone", "77"));
  await writeReceipt(receiptOf(long, "1795707119923000"));
  const storyOf = (object: string) => readStory(connection, { bucket: landingBucket, object });

  assert.deepEqual(
    (await storyOf("gone")).generations.map(({ row, uploadedAt }) => [row.state, uploadedAt]),
    [["complete", undefined]],
  );
  assert.equal((await storyOf(long)).generations[0]?.row.object, long);
  assert.deepEqual((await storyOf("gon")).generations, []);
  const elsewhere = await readStory(connection, { bucket: "no-such-bucket", object: "a" });
  assert.deepEqual(elsewhere.generations, []);
});

const NEXT = [
  ["quarantined", { state: "quarantined" }, " --quarantine off"],
  ["cut off", { state: "truncated" }, ""],
] as const;

for (const [what, parts, quarantine] of NEXT)
  test(`the command to copy is told for what is ${what}`, async (t) => {
    const { connection, finish } = await startStatusCloud(t);
    await finish("it's.ndjson", parts);
    const object = "it's.ndjson";
    const text = storyText(await readStory(connection, { bucket: landingBucket, object }), OPTIONS);
    const url = String.raw`'gs://local-landing/it'\''s.ndjson'`;
    assert.ok(
      text.endsWith(`  npx --no mixpanel-gcp backfill --local ${url} --again${quarantine}`),
      text,
    );
  });

test("dead letters are replayed by a command to copy, and a name moves no cursor", async (t) => {
  const { connection, pubsub, finish } = await startStatusCloud(t);
  const object = "a\u001b[2J\nb";
  const generation = await finish(object);
  pubsub.publish(deadLetterTopic, [deadLetter(object, generation, { error: "\u001b[31m" })]);

  const text = storyText(await readStory(connection, { bucket: landingBucket, object }), OPTIONS);

  assert.match(
    text,
    /replay --local --source \$'gs:\/\/local-landing\/a\\033\\\\\[2J\\012b' --dry-run/,
  );
  assert.ok(!text.includes("\u001b"));
});

test("what is no object's address is wrong usage", () => {
  for (const url of ["a.ndjson", "gs://bucket", "gs://bucket/", "gs:///a", ""])
    assert.throws(() => parseObjectUrl(url), /names no object.*gs:\/\/BUCKET\/OBJECT/);
  assert.deepEqual(parseObjectUrl("gs://b/a#1/c d"), { bucket: "b", object: "a#1/c d" });
});
