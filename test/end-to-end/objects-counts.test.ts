import assert from "node:assert/strict";
import { test } from "node:test";

import { firstProgress } from "../../functions/objects/continuation.ts";
import { CountMismatchError } from "../../functions/platform/errors.ts";
import type { DeliverBatch, Delivery } from "../../functions/mixpanel/deliver-batch.ts";
import {
  createBatchBuilders,
  lengthOf,
} from "../../functions/mixpanel/destinations/import/event-batch.ts";
import { runImport, type ImportRun } from "../../functions/objects/import-run.ts";
import { NDJSON } from "../../functions/formats/ndjson/ndjson-format.ts";
import type { ObjectRecords } from "../../functions/formats/object-records.ts";
import { deliverSlice } from "../../functions/objects/slice-delivery.ts";
import { objectRecordSource } from "../../functions/objects/object-origin.ts";
import { splitLines } from "../../functions/formats/ndjson/lines.ts";
import { sendersOf } from "../functions/support/senders.ts";
import { createRecordPreparer } from "../../functions/records/prepare-record.ts";
import { identity } from "../../functions/event/transform-contract.ts";
import { NO_DEADLINE } from "../support/deadlines.ts";
import { eventLines } from "./object-scenario.ts";

async function* inOnePiece(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

function linesOf(text: string): ObjectRecords {
  return {
    blocks: splitLines(inOnePiece(text)),
    size: () => text.length,
    memberAt: () => null,
    format: () => NDJSON,
  };
}

const GOOD: Delivery = {
  imported: 0,
  rejected: [],
  pending: [],
  retryReason: undefined,
  requests: 1,
  retries: 0,
};

/** Imports 2,500 events in batches of 100, the answers to which are `deliver`'s. */
function importWith(deliver: DeliverBatch): Promise<ImportRun> {
  return runImport(
    firstProgress("2026-01-01T00:00:00.000Z"),
    linesOf(eventLines(2500, "Counted")),
    {
      source: objectRecordSource({ bucket: "b", object: "o", generation: "1" }),
      isTransformLimited: false,
      preparer: createRecordPreparer({
        transform: identity,
        locateByRequest: false,
        syntheticId: "record",
      }),
      newBuilder: createBatchBuilders({ events: 100, bytes: 1_000_000 }, 4),
      maxInFlight: 4,
      maxSliceBytes: 4_000_000,
      quarantinePercent: 90,
      deliver: (slice) =>
        deliverSlice(slice, sendersOf(deliver), { deadline: NO_DEADLINE, deliveryAttempt: 1 }),
      publish: () => Promise.resolve(),
      onCredentialsError: () => undefined,
      stopReason: () => undefined,
      wallNow: () => 1_770_000_000_000,
    },
  );
}

test("a run whose deliveries add up settles all of them", async () => {
  const run = await importWith((batch) => Promise.resolve({ ...GOOD, imported: lengthOf(batch) }));

  assert.equal(run.end.kind, "complete");
  assert.equal(run.watermark.counters.events.imported, 2500);
});

for (const [what, wrong] of [
  ["loses an event", -1],
  ["counts an event twice", 1],
] as const) {
  for (const nth of [1, 15, 25]) {
    test(`a delivery that ${what} fails the run (delivery ${nth})`, async () => {
      let count = 0;
      const deliver: DeliverBatch = (batch) => {
        count += 1;
        return Promise.resolve({
          ...GOOD,
          imported: lengthOf(batch) + (count === nth ? wrong : 0),
        });
      };

      await assert.rejects(importWith(deliver), CountMismatchError);
    });
  }
}

test("what is settled stops before the first delivery in retryReason, whatever came after it", async () => {
  let count = 0;
  const deliver: DeliverBatch = async (batch) => {
    count += 1;
    const isLate = count === 12;
    // The twelfth is answered last.
    if (isLate) for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    return isLate
      ? { ...GOOD, pending: [0], retryReason: "late" }
      : { ...GOOD, imported: lengthOf(batch) };
  };

  const run = await importWith(deliver);

  assert.deepEqual(run.end, { kind: "stopped", reason: "late" });
  assert.equal(run.watermark.counters.events.imported, 1100);
  assert.equal(run.watermark.position.offset, eventLines(1100, "Counted").length);
  assert.equal(run.watermark.position.line, 1101);
});
