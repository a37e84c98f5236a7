import assert from "node:assert/strict";
import { test } from "node:test";

import { createConsoleActions } from "../../../cli/console/console-actions.ts";
import type { FoundRecords } from "../../../cli/console/dead-letter-records.ts";
import type { ReplayReport } from "../../../cli/replay/plan.ts";
import { createSkip } from "../../../functions/objects/skip.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operator-cloud.ts";
import { until } from "../../support/until.ts";

const { deadLetterTopic, deadLetterSubscription, eventsTopic } = CLOUD_NAMES;
const SOURCE = "gs://b/o";
const GROUP = { reason: "invalid", field: "", error: "", source: SOURCE };

function publish({ pubsub }: OperatorCloud, data: string): void {
  const attributes = {
    ...{ version: "1", reason: "invalid", field: "", error: "", records: "1", lines: "1" },
    ...{ bucketId: "b", objectId: "o", objectGeneration: "7", source: `${SOURCE}#7` },
  };
  pubsub.publish(deadLetterTopic, [{ data: Buffer.from(data).toString("base64"), attributes }]);
}

function actionsOf({ connection }: OperatorCloud) {
  const { byPath } = createConsoleActions(connection);
  return (path: string, input: object): Promise<unknown> =>
    byPath.get(path)?.({ ...input }) ?? Promise.reject(new Error(path));
}

test("a replay that is asked for twice is done once, and the other one is told to wait", async (t) => {
  const cloud = await startOperatorCloud(t);
  cloud.pubsub.createSubscription({
    name: "projects/local/subscriptions/seen",
    topic: eventsTopic,
  });
  publish(cloud, "{}");
  const act = actionsOf(cloud);

  const replay = { ...GROUP, dryRun: false };
  const [first, second] = await Promise.allSettled([
    act("/replay", replay),
    act("/replay", replay),
  ]);

  assert.ok(first.status === "fulfilled" && second.status === "rejected");
  assert.equal((first.value as ReplayReport).total.replaced, 1);
  assert.match(String(second.reason), /Wait until what goes on has ended/);
  assert.equal(cloud.pubsub.stats("projects/local/subscriptions/seen").received, 1);
});

test("a file that the stack leaves out is not announced once more, and that is told", async (t) => {
  const { connection, pubsub, bucket } = await startOperatorCloud(t);
  const { landingBucket, objectsSubscription } = CLOUD_NAMES;
  const settings = { skip: createSkip([], ["bad/**"]), window: 10, unknown: undefined };
  const { byPath } = createConsoleActions(connection, () => Promise.resolve(settings));
  const importAgain = async (object: string): Promise<unknown> => {
    const { generation } = await bucket.put(landingBucket, object, Buffer.from("{}"));
    return await byPath.get("/import-again")?.({ bucket: landingBucket, object, generation });
  };

  await assert.rejects(importAgain("bad/a"), /leaves this file out .*excludeObjects/);
  await assert.rejects(importAgain("folder/"), /skips this file \(a folder\)/);
  await importAgain("good");
  assert.deepEqual(
    pubsub.pull(objectsSubscription, 10).map(({ message }) => message.attributes["objectId"]),
    ["good"],
  );
});

test("a console that ends gives back what it looked at", async (t) => {
  const interruption = new AbortController();
  const cloud = await startOperatorCloud(t, { signal: interruption.signal });
  publish(cloud, "{}");
  const { byPath, activity } = createConsoleActions(cloud.connection);
  const looking = byPath
    .get("/dead-letters")?.({})
    .catch((error: unknown) => error);
  await until(() => activity().startsWith("looking: 1"), "that the letter is held");
  interruption.abort();
  await looking;
  const { outstanding, acknowledged } = cloud.pubsub.stats(deadLetterSubscription);
  assert.deepEqual([outstanding, acknowledged], [0, 0]);
});

test("of a record of a megabyte the beginning is shown, as text", async (t) => {
  const cloud = await startOperatorCloud(t);
  publish(cloud, `{"a":"${"🙂".repeat(250_000)}"}`);
  const { records } = (await actionsOf(cloud)("/records", GROUP)) as FoundRecords;
  const [shown] = records;
  assert.ok((shown?.text.length ?? 0) <= 2001);
  assert.match(shown?.text ?? "", /^\{"a":"🙂.*…$/u);
  assert.ok(shown?.text.isWellFormed());
});
