import assert from "node:assert/strict";
import type { TestContext } from "node:test";

import type { Receipt } from "../../functions/objects/receipt.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import type { Simulator } from "../../local/mixpanel/simulator.ts";
import { event, ndjson } from "../support/factories.ts";
import { startObjectCloud, type DeadLetter, type TestCloud } from "../support/local-cloud.ts";

/** The cloud's Mixpanel. */
export function mixpanelOf(cloud: TestCloud): Simulator {
  return cloud.simulator;
}

/** A cloud in which an object of a few thousand records takes several runs. */
export function startShortRuns(t: TestContext): Promise<TestCloud> {
  const budget = { TIME_BUDGET_SECONDS: "1", TIMEOUT_SECONDS: "20" };
  return startObjectCloud(t, {
    environment: { importObject: { ...budget, BATCH_EVENTS: "100", MAX_IN_FLIGHT: "4" } },
    mixpanel: { latencyMs: 150 },
  });
}

/** `count` different events called `name`, one a line; about 150 bytes each. */
export function eventLines(count: number, name: string, from = 0): string {
  return ndjson(Array.from({ length: count }, (_, index) => numbered(name, from + index)));
}

/** The event that `eventLines` has at `index`. */
export function numbered(name: string, index: number): unknown {
  const properties = {
    time: 1_760_000_000 + index,
    distinct_id: `user-${index % 100}`,
    $insert_id: `${name.replaceAll(" ", "-")}-${index}`,
  };
  return event({ event: name, properties });
}

/**
 * The receipt of an object.
 *
 * @throws AssertionError when there is none, or its counts do not add up
 */
export async function receiptOf(cloud: TestCloud, object: string): Promise<Receipt> {
  const receipt = (await cloud.receipts()).get(object);
  if (receipt === undefined) throw new assert.AssertionError({ message: `no receipt: ${object}` });
  const { records, events } = receipt;
  assert.equal(records.read, records.dropped + records.unusable + records.used, "records add up");
  assert.equal(events.produced, events.imported + events.rejected, "events add up");
  return receipt;
}

/** Events of a name that Mixpanel shows, duplicates hidden, and how many it has stored. */
export function shownOf(cloud: TestCloud, name: string): { distinct: number; stored: number } {
  const counts = mixpanelOf(cloud)
    .counts()
    .filter((count) => count.event === name);
  return {
    distinct: counts.reduce((sum, { distinct }) => sum + distinct, 0),
    stored: counts.reduce((sum, { stored }) => sum + stored, 0),
  };
}

/**
 * Asserts that an object of `count` good events is in, all of them and once each to whoever looks.
 */
export async function assertComplete(
  cloud: TestCloud,
  object: string,
  name: string,
  count: number,
): Promise<Receipt> {
  const receipt = await receiptOf(cloud, object);
  assert.equal(receipt.state, "complete");
  assert.deepEqual(receipt.records, { read: count, dropped: 0, unusable: 0, used: count });
  assert.equal(receipt.events.imported, count);
  assert.equal(shownOf(cloud, name).distinct, count);
  return receipt;
}

/** Uploads an object and waits until nothing is under way any more. */
export async function importObject(
  cloud: TestCloud,
  name: string,
  content: string | Uint8Array,
  properties?: { readonly contentEncoding?: string },
): Promise<void> {
  await cloud.upload(name, content, properties);
  await cloud.idle();
}

/**
 * Publishes a message on the objects topic, with the attributes of a notification for the object's
 * live generation.
 */
export function publishTask(
  cloud: TestCloud,
  object: string,
  attributes: Readonly<Record<string, string>>,
  data = "",
): void {
  const generation = cloud.bucket.stat(CLOUD_NAMES.landingBucket, object)?.generation ?? "1";
  cloud.pubsub.publish(CLOUD_NAMES.objectsTopic, [
    {
      data: Buffer.from(data).toString("base64"),
      attributes: {
        bucketId: CLOUD_NAMES.landingBucket,
        objectId: object,
        objectGeneration: generation,
        ...attributes,
      },
    },
  ]);
}

/**
 * What a test wants to see of dead letters: attributes that tell why and where, and the data (its
 * size when it is long).
 */
export function inShort(deadLetters: readonly DeadLetter[]): readonly Record<string, string>[] {
  return deadLetters.map(({ attributes, data }) => ({
    reason: attributes["reason"] ?? "",
    field: attributes["field"] ?? "",
    error: attributes["error"] ?? "",
    lines: attributes["lines"] ?? "",
    records: attributes["records"] ?? "",
    data: data.length < 1000 ? data.toString("utf8") : `${data.length} bytes`,
  }));
}

/** Text that hardly compresses; the same for the same seed. */
export function noise(length: number, seed: number): string {
  let state = seed + 1;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, length);
}

/** Resolves as soon as `isTrue`; looks every 10 ms. @throws Error after 30 s */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 30_000;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Log lines with that message. */
export function linesWith(cloud: TestCloud, message: string): TestCloud["lines"] {
  return cloud.lines.filter((line) => line.message === message);
}
