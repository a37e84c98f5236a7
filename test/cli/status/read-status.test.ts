import assert from "node:assert/strict";
import { test } from "node:test";

import { readStatus, type StatusReport } from "../../../cli/status/read-status.ts";
import { createReceiptReader } from "../../../cli/status/receipts.ts";
import { attentionOf } from "../../../cli/status/status-totals.ts";
import { toFilter, type FilterFlags } from "../../../cli/status/status-flags.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { landingBucket, receiptOf, startStatusCloud } from "./support.ts";

function look(
  connection: Connection,
  flags: Partial<FilterFlags> = {},
  now = Date.now(),
): Promise<StatusReport> {
  const filter = toFilter({ limit: 50, ...flags }, now);
  return readStatus(connection, filter, createReceiptReader(connection));
}

const NOTHING_READ = {
  records: { read: 5, dropped: 0, unusable: 5, used: 0 },
  events: { produced: 0, imported: 0, rejected: 0, idsAdded: 0 },
};
const ERROR = { reason: "invalid", field: "event", error: "missing", line: 1 } as const;

test("objects have the state of their receipt; without one they wait, or are skipped", async (t) => {
  const { connection, upload, finish } = await startStatusCloud(t);
  await finish("good");
  await finish("bad", { state: "quarantined", firstError: ERROR, ...NOTHING_READ });
  await upload("new");
  await upload("folder/", "");
  await upload("empty", "");
  await upload("gcloud/tmp/parallel_composite_uploads/part");

  const { objects, counts } = await look(connection);

  assert.deepEqual(
    objects.map(({ object, state, detail }) => [object, state, detail]).sort(),
    [
      ["good", "complete", ""],
      ["bad", "quarantined", ""],
      ["new", "waiting", ""],
      ["folder/", "skipped", "a folder"],
      ["empty", "skipped", "empty"],
      ["gcloud/tmp/parallel_composite_uploads/part", "skipped", "a part of an upload"],
    ].sort(),
  );
  const { oldestWaiting, ...numbers } = counts;
  assert.deepEqual(numbers, { receipts: 2, waiting: 1, importing: 0, skipped: 3 });
  assert.ok(Date.parse(oldestWaiting ?? "") <= Date.now());
});

test("the log tells how far an import is, why one was postponed, and what globs leave out", async (t) => {
  const { connection, upload, log } = await startStatusCloud(t);
  const names = ["far", "late", "other"] as const;
  const [far = "", late = "", other = ""] = await Promise.all(names.map((name) => upload(name)));
  const records = { read: 9, dropped: 1, unusable: 0, used: 8 };
  log("Import continues", "far", far, { run: 1, percent: 20, records });
  log("Import continues", "far", far, { run: 2, percent: 40, records, reason: "out of time" });
  log("Import postponed", "late", late, { reason: "Mixpanel is not available" });
  log("Object skipped", "other", other, { reason: "not matching" });
  // Of another generation: it says nothing of this one.
  log("Object skipped", "late", "1", { reason: "empty" });

  const { objects, counts } = await look(connection);

  const found = new Map(objects.map((row) => [row.object, row]));
  assert.equal(found.get("far")?.state, "importing");
  assert.deepEqual(found.get("far")?.progress?.records, records);
  assert.deepEqual(
    [found.get("far")?.progress?.percent, found.get("far")?.progress?.runs],
    [40, 2],
  );
  assert.deepEqual(
    ["late", "other"].map((name) => [found.get(name)?.state, found.get(name)?.detail]),
    [
      ["waiting", "Mixpanel is not available"],
      ["skipped", "not matching"],
    ],
  );
  assert.deepEqual([counts.waiting, counts.importing, counts.skipped], [1, 1, 1]);
});

test("without a log or figures the rest is shown, and what is missing is said", async (t) => {
  const { connection, upload } = await startStatusCloud(t);
  await upload("new");
  const away = { ...connection, monitoringUrl: `${connection.google.pubsubUrl}/nothing` };

  const { objects, logProblem, backlog } = await look(away);

  assert.equal(objects[0]?.state, "waiting");
  assert.match(logProblem ?? "", /reading the log was refused/);
  assert.match("problem" in backlog ? backlog.problem : "", /looking up the backlog was refused/);
});

test("the newest are shown and read alone; --all sums up every receipt", async (t) => {
  const { connection, finish, bucket } = await startStatusCloud(t);
  for (let index = 0; index < 12; index++) await finish(`object-${index}`);
  const before = bucket.stats().requests;

  const some = await look(connection, { limit: 3 });
  assert.equal(bucket.stats().requests - before, 2 + 3, "two listings, and the three receipts");
  const all = await look(connection, { limit: 3, all: true });

  assert.equal(some.objects.length, 3);
  assert.deepEqual(
    [some.counts.receipts, some.totals.receipts, some.totals.events.imported],
    [12, 3, 30],
  );
  assert.equal(all.objects.length, 3);
  assert.deepEqual(
    [all.counts.receipts, all.totals.receipts, all.totals.events.imported],
    [12, 12, 120],
  );
  assert.deepEqual(all.totals.byState, { complete: 12 });
});

test("objects are filtered by state, prefix and age", async (t) => {
  const { connection, finish, upload } = await startStatusCloud(t);
  await finish("in/good");
  await finish("in/bad", { state: "truncated" });
  await upload("in/new");
  await finish("out/good");
  const HOUR = 3_600_000;
  const later = Date.now() + 2 * HOUR;
  const namesOf = async (flags: Partial<FilterFlags>, now?: number) =>
    (await look(connection, flags, now)).objects.map(({ object }) => object).sort();

  assert.deepEqual(await namesOf({ state: ["truncated"] }), ["in/bad"]);
  assert.deepEqual(await namesOf({ state: ["waiting", "complete"] }), [
    "in/good",
    "in/new",
    "out/good",
  ]);
  assert.deepEqual(await namesOf({ state: ["waiting"] }), ["in/new"]);
  assert.deepEqual(await namesOf({ prefix: { bucket: undefined, prefix: "out/" } }), ["out/good"]);
  assert.deepEqual(await namesOf({ since: HOUR }, later), []);
  assert.equal((await namesOf({ olderThan: HOUR }, later)).length, 4);
  assert.deepEqual(await namesOf({ olderThan: HOUR }), []);
  assert.equal((await namesOf({ since: HOUR })).length, 4);
});

const ATTENTION = [
  [{}, undefined],
  [{ state: "superseded", ...NOTHING_READ }, undefined],
  [{ state: "quarantined" }, /was quarantined/],
  [{ state: "truncated" }, /is cut off/],
  [{ state: "unreadable" }, /cannot be read/],
  [{ state: "deleted" }, /was deleted/],
  [NOTHING_READ, /all of it was refused/],
  [
    { ...NOTHING_READ, records: { read: 5, dropped: 5, unusable: 0, used: 0 } },
    /left all of it out/,
  ],
  [{ records: { read: 9, dropped: 0, unusable: 0, used: 10 } }, /does not add up/],
] as const;

for (const [parts, sentence] of ATTENTION)
  test(`needs attention: ${JSON.stringify(parts)} ${String(sentence ?? "does not")}`, () => {
    const attention = attentionOf(receiptOf("object", "1", parts));
    if (sentence === undefined) assert.equal(attention, undefined);
    else assert.match(attention ?? "", sentence);
  });

test("what needs attention is named with its place", async (t) => {
  const { connection, finish } = await startStatusCloud(t);
  await finish("a/b", { state: "truncated" });
  const { attention } = await look(connection);
  assert.deepEqual(attention, [
    "gs://local-landing/a/b is cut off: what was readable is imported.",
  ]);
});

test("an earlier version's receipt, without profiles, counts none", async (t) => {
  const { connection, bucket, upload } = await startStatusCloud(t);
  const generation = await upload("old");
  const { profiles: _, groups: __, ...old } = receiptOf("old", generation);
  const name = `${landingBucket}/old/${generation}.json`;
  await bucket.put(CLOUD_NAMES.receiptsBucket, name, Buffer.from(JSON.stringify(old)));
  const { totals, attention } = await look(connection);
  assert.deepEqual([totals.profiles.produced, totals.events.imported, attention], [0, 10, []]);
});

test("the backlog of each subscription is told, and that nothing is pushed", async (t) => {
  const { connection, pubsub } = await startStatusCloud(t);
  pubsub.publish(CLOUD_NAMES.objectsTopic, [{ data: "e30=" }, { data: "e30=" }]);
  pubsub.publish(CLOUD_NAMES.deadLetterTopic, [{ data: "e30=" }]);

  const { backlog } = await look(connection);

  assert.ok("value" in backlog);
  const { objects, events, deadLetters } = backlog.value;
  assert.deepEqual([objects.messages, objects.delivery], [2, "paused"]);
  assert.deepEqual([events.messages, deadLetters.messages, deadLetters.delivery], [0, 1, "pulled"]);
});

test("a stack without one of its subscriptions needs attention", async (t) => {
  const { connection } = await startStatusCloud(t);
  const stack = { ...connection.stack, eventsTopic: "projects/local/topics/other" };
  const { attention } = await look({ ...connection, stack });
  assert.deepEqual(attention, ["There is no subscription of events: run pulumi up."]);
});
