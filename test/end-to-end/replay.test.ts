import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import type { MessageInput } from "../../local/pubsub/pubsub-server.ts";
import { deadLetter, ofObject } from "../cli/replay/dead-letters.ts";
import { startMessageCloud } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { runReplay, startReplay, type ReplayTask } from "./replay-process.ts";

const KILLS = Number(process.env["KILLS"] ?? 1);
/** Of five reasons each; some hold two records. */
const LETTERS = KILLS > 1 ? 10_000 : 2000;
const SUBSCRIPTION = "projects/local/subscriptions/replayed";
const LEASE_SECONDS = 3;

/** Mends what the letters lack: the time is elsewhere, or no number. One kind it cannot mend. */
const REPAIR = `
export const transform = (record: any) => {
  if (record.hopeless) throw new Error("nothing can be done");
  if (record.properties === undefined) return { ...record, time: 1760000000 };
  return { ...record, properties: { ...record.properties, time: 1760000000 } };
};
`;

/** A letter and the events that its records will be. */
function letterOf(index: number): MessageInput {
  const event = (name: string, more: object): string =>
    JSON.stringify({ event: name, properties: { distinct_id: `u${index}`, ...more } });
  switch (index % 5) {
    case 0:
      return deadLetter(event("Timeless", {}), { field: "properties.time" });
    case 1:
      return deadLetter([event("Two", { n: 1 }), event("Two", { n: 2 })].join("\n"), {
        ...ofObject("two.ndjson", "3,7"),
        ...{ reason: "transform-failed", records: "2" },
      });
    case 2:
      return deadLetter(event("Rejected", { time: "yesterday" }), { reason: "rejected" });
    case 3:
      return deadLetter(JSON.stringify({ event: "Row", distinct_id: `u${index}` }), {
        ...ofObject("rows.csv", String(index)),
        ...{ reason: "malformed", format: "csv" },
      });
    default:
      return {
        data: Buffer.from(event("Undelivered", { time: 1_760_000_000 })).toString("base64"),
        attributes: {
          CloudPubSubDeadLetterSourceSubscription: CLOUD_NAMES.eventsSubscription.replace(
            /^.*\//,
            "",
          ),
          CloudPubSubDeadLetterSourceSubscriptionProject: "local",
        },
      };
  }
}

test("a replay that is killed again and again loses nothing and shows nothing twice", async (t) => {
  const cloud = await startMessageCloud(t);
  const { pubsub, bucket, simulator } = cloud;
  const { deadLetterTopic: topic } = CLOUD_NAMES;
  pubsub.createSubscription({ name: SUBSCRIPTION, topic, ackDeadlineSeconds: LEASE_SECONDS });
  for (let start = 0; start < LETTERS; start += 1000)
    pubsub.publish(
      topic,
      Array.from({ length: 1000 }, (_value, index) => letterOf(start + index)),
    );
  pubsub.publish(topic, [deadLetter('{"hopeless":true}', { reason: "malformed" })]);
  const repair = path.join(await temporaryFolder(t), "repair.ts");
  await writeFile(repair, REPAIR);
  const left = (): number => LETTERS + 1 - pubsub.stats(SUBSCRIPTION).acknowledged;
  const task = (): ReplayTask => ({
    ...{ storageUrl: bucket.url, pubsubUrl: pubsub.url, subscription: SUBSCRIPTION },
    ...{ repair, leaseSeconds: LEASE_SECONDS, expected: left() },
  });

  // Taken, published, acknowledged: what a kill leaves behind differs.
  const counts = [
    () => pubsub.stats(SUBSCRIPTION).deliveries,
    () => pubsub.stats(CLOUD_NAMES.eventsSubscription).received,
    () => pubsub.stats(SUBSCRIPTION).acknowledged,
  ];
  for (let kill = 0; kill < KILLS && left() > LETTERS / 10; kill++) {
    const count = counts[Math.floor(Math.random() * counts.length)] ?? left;
    const goal = count() + left() * Math.random() * 0.3;
    const running = startReplay(task());
    const ended = new Promise((resolve) => running.once("exit", resolve));
    await until(() => count() > goal, "letters replayed", 120_000);
    running.kill("SIGKILL");
    await ended;
  }
  const report = await runReplay(task());
  await cloud.idle();

  assert.equal(left(), 1);
  assert.equal(report.total.left, 1);
  assert.equal(report.total.unrepaired, 1);
  const shown = (name: string): number =>
    simulator
      .counts()
      .filter(({ event }) => event === name)
      .reduce((sum, { distinct }) => sum + distinct, 0);
  assert.deepEqual(
    ["Timeless", "Two", "Rejected", "Row", "Undelivered"].map(shown),
    [1, 2, 1, 1, 1].map((records) => (records * LETTERS) / 5),
  );
});
