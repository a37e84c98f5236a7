import type { DeliverBatch, Delivery } from "../../../functions/mixpanel/deliver-batch.ts";
import {
  createBatchBuilders,
  lengthOf,
  type EventBatch,
} from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { firstProgress, type Progress } from "../../../functions/objects/continuation.ts";
import { runImport, type ImportRunOptions } from "../../../functions/objects/import-run.ts";
import { deliverSlice } from "../../../functions/objects/slice-delivery.ts";
import type { CredentialsError } from "../../../functions/platform/errors.ts";
import { splitLines } from "../../../functions/formats/ndjson/lines.ts";
import { NDJSON } from "../../../functions/formats/ndjson/ndjson-format.ts";
import type { ObjectRecords } from "../../../functions/formats/object-records.ts";
import type { DeadRecord } from "../../../functions/records/dead-letter.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import { identity } from "../../../functions/event/transform-contract.ts";
import { DEADLINE } from "./fake-mixpanel.ts";
import { NOW, SOURCE } from "./prepared.ts";
import { sendersOf } from "./senders.ts";

/** Events of a batch, and so of a slice, of the imports here. */
const BATCH_EVENTS = 3;

const NOTHING: Delivery = {
  imported: 0,
  rejected: [],
  pending: [],
  retryReason: undefined,
  requests: 1,
  retries: 0,
};

/** All of a batch is imported. */
export async function accept(batch: EventBatch): Promise<Delivery> {
  await Promise.resolve();
  return { ...NOTHING, imported: lengthOf(batch) };
}

/** Nothing of a batch is settled. */
export async function refuse(batch: EventBatch, retryReason: string): Promise<Delivery> {
  await Promise.resolve();
  return { ...NOTHING, pending: [...batch.ends.keys()], retryReason };
}

/** The lines of an object that comes in these chunks, and then fails if `failure` is given. */
export function linesOfObject(
  chunks: readonly string[],
  { offset = 0, failure }: { readonly offset?: number; readonly failure?: Error | undefined } = {},
): ObjectRecords & { readonly isClosed: () => boolean } {
  let isClosed = false;
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for (const chunk of chunks) {
        await Promise.resolve();
        yield Buffer.from(chunk);
      }
      if (failure !== undefined) throw failure;
    } finally {
      isClosed = true;
    }
  }
  return {
    blocks: splitLines(read(), offset),
    size: () => offset + chunks.join("").length,
    memberAt: () => null,
    format: () => NDJSON,
    isClosed: () => isClosed,
  };
}

export interface ImportParts extends Partial<Omit<ImportRunOptions, "deliver">> {
  /** What is left of the object. */
  readonly text?: string;
  /** What reading ends with, in the place of the object's end. */
  readonly failure?: Error;
  readonly lines?: ObjectRecords;
  readonly progress?: Progress;
  readonly deliver?: (batch: EventBatch) => Promise<Delivery>;
}

/**
 * A run at an object in memory, of which everything is imported unless `parts` say otherwise; and
 * what it did.
 */
export async function startImport(parts: ImportParts) {
  const { text = "", failure, deliver = accept, ...options } = parts;
  const progress = parts.progress ?? firstProgress("2026-01-01T00:00:00.000Z");
  const { offset } = progress.position;
  const sent: (readonly string[])[] = [];
  const dead: DeadRecord[] = [];
  const told: CredentialsError[] = [];
  const deliverBatch: DeliverBatch = (batch) => {
    sent.push(batch.bytes.toString("utf8").split("\n"));
    return deliver(batch);
  };
  const run = await runImport(progress, parts.lines ?? linesOfObject([text], { offset, failure }), {
    source: SOURCE,
    isTransformLimited: false,
    preparer: createRecordPreparer({
      transform: identity,
      locateByRequest: false,
      syntheticId: "record",
    }),
    newBuilder: createBatchBuilders({ events: BATCH_EVENTS, bytes: 100_000 }, 4),
    maxSliceBytes: 150_000,
    maxInFlight: 2,
    quarantinePercent: 0,
    deliver: (slice) =>
      deliverSlice(slice, sendersOf(deliverBatch), { deadline: DEADLINE, deliveryAttempt: 1 }),
    publish: async (records) => {
      await Promise.resolve();
      dead.push(...records);
    },
    onCredentialsError: (error) => told.push(error),
    stopReason: () => undefined,
    wallNow: () => NOW,
    ...options,
  });
  return { run, sent, dead, told };
}
