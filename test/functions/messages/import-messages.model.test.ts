import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import fc from "fast-check";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createImportMessages } from "../../../functions/import-messages.ts";
import { createCircuitBreaker } from "../../../functions/mixpanel/circuit-breaker.ts";
import { createDeliverBatch } from "../../../functions/mixpanel/deliver-batch.ts";
import { createEvidence } from "../../../functions/mixpanel/evidence.ts";
import { createSizeLimit } from "../../../functions/mixpanel/size-limit.ts";
import { createBatchBuilders } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { EVENT_REQUESTS } from "../../../functions/mixpanel/destinations/import/import-destination.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import { identity } from "../../../functions/event/transform-contract.ts";
import type { Runtime } from "../../../functions/runtime.ts";
import { importUpdates } from "../support/senders.ts";
import { parseSettings } from "../../../functions/settings.ts";
import {
  createDeadLetterTopic,
  createMixpanel,
  recordText,
  worlds,
  type World,
} from "./message-world.ts";

const START = Date.UTC(2026, 0, 1);

/** The real parts of an instance between a Mixpanel and a Pub/Sub of our own. */
function createHandler(world: World) {
  const mixpanel = createMixpanel(world.treatments);
  const deadLetters = createDeadLetterTopic(world.publishing);
  const now = Date.now;
  const circuitBreaker = createCircuitBreaker(() => undefined, now);
  const settings = parseSettings(
    {
      MIXPANEL_TOKEN: "t",
      GOOGLE_CLOUD_PROJECT: "p",
      DEAD_LETTER_TOPIC: "projects/p/topics/d",
      BATCH_EVENTS: String(world.batchEvents),
      MAX_IN_FLIGHT: String(world.maxInFlight),
    },
    "importMessages",
  );
  const parts = {
    settings,
    log: () => undefined,
    now,
    wallNow: now,
    circuitBreaker,
    publish: deadLetters.publish,
    deliver: createDeliverBatch({
      destination: { ...EVENT_REQUESTS, post: mixpanel.post },
      circuitBreaker,
      evidence: createEvidence(now),
      sizeLimit: createSizeLimit(),
      now,
      random: () => 0,
    }),
    connectProfiles: () => importUpdates,
    newBuilder: createBatchBuilders({ events: world.batchEvents, bytes: 1_000_000 }, 2),
    preparer: createRecordPreparer({
      transform: identity,
      locateByRequest: false,
      syntheticId: "record",
    }),
    shutdown: {
      isStopping: () => false,
      signal: new AbortController().signal,
      onStopping: () => undefined,
      enter: () => () => undefined,
    },
  };
  // The parts that only objects need are left out.
  const handle = createImportMessages(parts as unknown as Runtime);
  return { handle, stored: mixpanel.stored, taken: deadLetters.taken };
}

/**
 * Delivers every message at its time and turns the clock until all are answered; returns their
 * statuses.
 */
async function run(world: World, handle: ReturnType<typeof createHandler>["handle"]) {
  const statuses = new Map<number, number>();
  const pending = world.messages.map(({ records, atMs }, index) => {
    const texts = records.map((what, at) => recordText(what, nameOf(index, at)));
    return { index, atMs, data: Buffer.from(texts.join("\n")) };
  });
  for (let passedMs = 0; statuses.size < world.messages.length; passedMs += 5) {
    assert.ok(passedMs < 100_000, "a message is never answered");
    for (const { index, data } of pending.filter(
      ({ atMs }) => Math.ceil(atMs / 5) * 5 === passedMs,
    ))
      void statusOf(handle, data, String(index)).then((status) => statuses.set(index, status));
    await turn();
    mock.timers.tick(5);
    await turn();
  }
  return statuses;
}

async function statusOf(
  handle: ReturnType<typeof createHandler>["handle"],
  data: Buffer,
  messageId: string,
): Promise<number> {
  try {
    const subscription = "projects/p/subscriptions/s";
    const message = {
      data,
      attributes: {},
      messageId,
      publishTime: "",
      subscription,
      deliveryAttempt: 1,
    };
    return (await handle(message)).status;
  } catch (error) {
    // As the entry point answers it: anything else is a bug.
    return error instanceof UnavailableError ? 503 : 500;
  }
}

function nameOf(message: number, record: number): string {
  return `m${message}-r${record}`;
}

/** Names of the records in dead letters, as often as they are there. */
function deadNames(taken: ReturnType<typeof createHandler>["taken"]): string[] {
  return taken.flatMap(({ data }) => data.toString().match(/m\d+-r\d+/g) ?? []);
}

test("every event is exactly one of imported, dead-lettered, or in a message that was refused", async () => {
  const property = fc.asyncProperty(worlds, async (world) => {
    const { handle, stored, taken } = createHandler(world);

    const statuses = await run(world, handle);

    const imported = new Set(stored);
    const dead = deadNames(taken);
    world.messages.forEach(({ records }, index) => {
      const status = statuses.get(index) ?? 0;
      assert.ok([204, 429, 503].includes(status), `status ${status}`);
      records.forEach((kind, at) => {
        const name = nameOf(index, at);
        const places = `${kind}: ${imported.has(name)}, ${dead.filter((n) => n === name).length}`;
        const isKept = kind === "good" || kind === "identity";
        const isDropped = kind === "ignored";
        const verdict = isKept ? `${kind}: true, 0` : `${kind}: false, ${isDropped ? 0 : 1}`;
        // A refused message comes again: what was stored of it is stored under the same id then.
        const refused = [`${kind}: false, 0`, ...(isKept ? [`${kind}: true, 0`] : [])];
        assert.ok((status === 204 ? [verdict] : refused).includes(places), `${status} ${places}`);
      });
    });
  });
  await fc.assert(property, {
    numRuns: 500,
    plugins: [
      fc.beforeEach(() => {
        mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
      }),
      fc.afterEach(() => {
        mock.timers.reset();
      }),
    ],
  });
});
