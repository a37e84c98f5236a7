import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import fc from "fast-check";

import type { SliceOutcome } from "../../../functions/objects/slice-delivery.ts";
import { createSlicePipeline } from "../../../functions/objects/slice-pipeline.ts";
import { createSlice, type Slice } from "../../../functions/objects/slice.ts";
import type { Position } from "../../../functions/event/record.ts";
import { createWatermark } from "../../../functions/objects/watermark.ts";
import {
  CountMismatchError,
  CredentialsError,
  UnavailableError,
} from "../../../functions/platform/errors.ts";
import { ZERO_COUNTERS } from "../../../functions/records/counters.ts";
import type { DeadRecord } from "../../../functions/records/dead-letter.ts";

const START: Position = { offset: 0, line: 1 };
const PROBLEM = { reason: "invalid", field: "event", error: "missing" } as const;

function newSlice(): Slice {
  return createSlice(() => assert.fail("nothing is added"), Infinity);
}

/** Where the slice with this index, from 0, ends. */
function endOf(index: number): Position {
  return { offset: 10 * (index + 1), line: index + 2 };
}

/** What delivering the slice with this index comes to: one record, which is dead. */
function outcomeOf(index: number, retryReason?: string): SliceOutcome {
  return {
    dead: [{ problem: PROBLEM, bytes: Buffer.from("{}"), line: index + 1 }],
    counters: { ...ZERO_COUNTERS, records: { read: 1, dropped: 0, unusable: 1, used: 0 } },
    firstError: { ...PROBLEM, line: index + 1 },
    retryReason,
  };
}

/** A pipeline of which the test ends every delivery and every publishing itself. */
function start(maxInFlight = 2) {
  const deliveries: PromiseWithResolvers<SliceOutcome>[] = [];
  const publishings: (PromiseWithResolvers<undefined> & { dead: readonly DeadRecord[] })[] = [];
  const told: CredentialsError[] = [];
  const watermark = createWatermark(START);
  const pipeline = createSlicePipeline({
    deliver: () => {
      const delivery = Promise.withResolvers<SliceOutcome>();
      deliveries.push(delivery);
      return delivery.promise;
    },
    publish: (dead) => {
      const publishing = { ...Promise.withResolvers<undefined>(), dead };
      publishings.push(publishing);
      return publishing.promise;
    },
    watermark,
    onCredentialsError: (error) => told.push(error),
    maxInFlight,
  });
  return {
    pipeline,
    deliveries,
    publishings,
    told,
    offset: () => watermark.current().position.offset,
    /** Pushes the slices with these indexes; each has to find room at once. */
    push: async (...indexes: readonly number[]) => {
      for (const index of indexes) await pipeline.push(newSlice(), endOf(index));
    },
    delivered: async (index: number, retryReason?: string) => {
      deliveries[index]?.resolve(outcomeOf(index, retryReason));
      await turn();
    },
    failDelivery: async (index: number, error: unknown) => {
      deliveries[index]?.reject(error);
      await turn();
    },
    published: async (index: number) => {
      publishings[index]?.resolve(undefined);
      await turn();
    },
  };
}

describe("the slice pipeline", () => {
  it("takes the next slice as soon as one of maxInFlight is settled", async () => {
    const { pipeline, push, deliveries, delivered, published } = start(2);
    await push(0, 1);
    const third = pipeline.push(newSlice(), endOf(2));
    await turn();
    assert.equal(deliveries.length, 2);
    // Its dead letters hold its memory until they are acknowledged.
    await delivered(1);
    assert.equal(deliveries.length, 2);
    await published(0);
    await third;
    assert.equal(deliveries.length, 3);
  });

  it("settles a slice when its dead letters are acknowledged, and not before", async () => {
    const { push, publishings, delivered, published, offset } = start();
    await push(0);
    await delivered(0);
    assert.deepEqual(
      publishings.map(({ dead }) => dead.map(({ line }) => line)),
      [[1]],
    );
    assert.equal(offset(), 0);
    await published(0);
    assert.equal(offset(), 10);
  });

  it("counts what is settled without a gap only", async () => {
    const { pipeline, push, delivered, published, offset } = start(3);
    await push(0, 1, 2);
    await delivered(2);
    await delivered(1);
    await published(0);
    await published(1);
    assert.equal(offset(), 0);
    await delivered(0);
    await published(2);
    await pipeline.drain();
    assert.equal(offset(), 30);
  });

  it("does not settle a slice with a retry reason, nor publish its dead letters", async () => {
    const { pipeline, push, publishings, delivered, published, offset } = start();
    await push(0, 1);
    assert.equal(pipeline.retryReason(), undefined);
    await delivered(0, "Mixpanel is away");
    assert.deepEqual([pipeline.retryReason(), publishings.length], ["Mixpanel is away", 0]);
    await delivered(1, undefined);
    await published(0);
    await pipeline.drain();
    assert.deepEqual([publishings.length, offset()], [1, 0]);
  });

  it("keeps the first retry reason", async () => {
    const { pipeline, push, delivered, failDelivery } = start();
    await push(0, 1);
    await failDelivery(1, new UnavailableError("down"));
    await delivered(0, "later");
    assert.equal(pipeline.retryReason(), "down");
  });

  it("does not settle a slice of which the dead letters cannot be published", async () => {
    const { pipeline, push, publishings, delivered, offset } = start();
    await push(0);
    await delivered(0);
    publishings[0]?.reject(new UnavailableError("Pub/Sub is away"));
    await pipeline.drain();
    assert.deepEqual([pipeline.retryReason(), offset()], ["Pub/Sub is away", 0]);
  });

  it("tells of refused credentials, which are a retry reason too", async () => {
    const { pipeline, push, publishings, delivered, told } = start();
    await push(0);
    await delivered(0);
    const refused = new CredentialsError("publishing is not allowed (403)", 403);
    publishings[0]?.reject(refused);
    await pipeline.drain();
    assert.deepEqual([told, pipeline.retryReason()], [[refused], refused.message]);
  });

  it("drains when nothing is under way, and at once when nothing ever was", async () => {
    const { pipeline, push, delivered, published } = start();
    await pipeline.drain();
    await push(0);
    let isDrained = false;
    const drained = pipeline.drain().then(() => (isDrained = true));
    await delivered(0);
    assert.equal(isDrained, false);
    await published(0);
    await drained;
  });

  for (const bug of [new TypeError("a bug"), new CountMismatchError("one too many")]) {
    it(`throws ${bug.name} from the next push, and from drain`, async () => {
      const { pipeline, push, deliveries, failDelivery } = start();
      await push(0);
      await failDelivery(0, bug);
      await assert.rejects(pipeline.push(newSlice(), endOf(1)), bug);
      await assert.rejects(pipeline.drain(), bug);
      assert.deepEqual([deliveries.length, pipeline.retryReason()], [1, undefined]);
    });
  }

  it("makes an error of something else that is thrown", async () => {
    const { pipeline, push, failDelivery } = start();
    await push(0);
    await failDelivery(0, "text");
    await assert.rejects(pipeline.drain(), { name: "Error", message: "text" });
  });
});

/** How a slice fares. */
type Fate = "settled" | "retry" | "delivery fails" | "publishing fails";

const fates = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fate>("settled") },
    { weight: 1, arbitrary: fc.constantFrom<Fate>("retry", "delivery fails", "publishing fails") },
  ),
  { maxLength: 20 },
);

/** Pushes slices with these fates; deliveries and publishings end in the scheduler's order. */
async function runPipeline(fatesOf: readonly Fate[], maxInFlight: number, scheduler: fc.Scheduler) {
  const watermark = createWatermark(START);
  const acknowledged = new Set<number>();
  let next = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const pipeline = createSlicePipeline({
    deliver: async () => {
      const index = next++;
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      await scheduler.schedule(Promise.resolve());
      const fate = fatesOf[index];
      if (fate === "delivery fails" || fate === "retry") underWay--;
      if (fate === "delivery fails") throw new UnavailableError("down");
      return outcomeOf(index, fate === "retry" ? "later" : undefined);
    },
    publish: async ([dead]) => {
      const index = (dead?.line ?? 0) - 1;
      await scheduler.schedule(Promise.resolve());
      underWay--;
      if (fatesOf[index] === "publishing fails") throw new UnavailableError("Pub/Sub is away");
      acknowledged.add(index);
    },
    watermark,
    onCredentialsError: () => assert.fail(),
    maxInFlight,
  });
  const work = async (): Promise<void> => {
    for (const index of fatesOf.keys()) await pipeline.push(newSlice(), endOf(index));
    await pipeline.drain();
  };
  await scheduler.waitFor(work());
  return { pipeline, watermark, acknowledged, underWay, mostUnderWay };
}

describe("the slice pipeline, whatever ends first", () => {
  it("never has more than maxInFlight under way, and settles up to the first that fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fates,
        fc.integer({ min: 1, max: 5 }),
        fc.scheduler(),
        async (fatesOf, maxInFlight, scheduler) => {
          const run = await runPipeline(fatesOf, maxInFlight, scheduler);
          assert.ok(run.mostUnderWay <= maxInFlight);
          assert.equal(run.underWay, 0);
          const failed = fatesOf.findIndex((fate) => fate !== "settled");
          const settled = failed === -1 ? fatesOf.length : failed;
          const { position, counters } = run.watermark.current();
          assert.deepEqual([position.offset, counters.records.read], [10 * settled, settled]);
          assert.equal(run.pipeline.retryReason() === undefined, failed === -1);
          for (let index = 0; index < settled; index++) assert.ok(run.acknowledged.has(index));
        },
      ),
    );
  });
});
