import { identity, type Transform } from "../../../functions/event/transform-contract.ts";
import type { GoogleApi } from "../../../functions/google/google-api.ts";
import type { OutgoingMessage, Publish } from "../../../functions/google/publisher.ts";
import { createCircuitBreaker } from "../../../functions/mixpanel/circuit-breaker.ts";
import type { DeliverBatch, Delivery } from "../../../functions/mixpanel/deliver-batch.ts";
import {
  createBatchBuilders,
  lengthOf,
  type EventBatch,
} from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import type { DeliverUpdates } from "../../../functions/mixpanel/profiles/deliver-updates.ts";
import type { Log } from "../../../functions/platform/log.ts";
import { createDeadLetters } from "../../../functions/records/dead-letter.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import type { Runtime } from "../../../functions/runtime.ts";
import { parseSettings, type EntryPoint } from "../../../functions/settings.ts";
import { NOW } from "./prepared.ts";
import { importUpdates } from "./senders.ts";

export const DEAD_LETTERS = "projects/p/topics/dead-letters";
export const OBJECTS = "projects/p/topics/objects";

export interface RuntimeParts {
  readonly entryPoint: EntryPoint;
  readonly google: GoogleApi;
  readonly environment?: Readonly<Record<string, string>>;
  readonly transform?: Transform;
  /** What becomes of a batch; without it all of it is imported. */
  readonly deliver?: (batch: EventBatch) => Promise<Delivery>;
  /** What becomes of updates; without it all of them are imported. */
  readonly deliverUpdates?: DeliverUpdates;
  readonly publish?: Publish;
}

/** All of a batch is imported. */
export async function importAll(batch: EventBatch): Promise<Delivery> {
  await Promise.resolve();
  return {
    imported: lengthOf(batch),
    rejected: [],
    pending: [],
    retryReason: undefined,
    requests: 1,
    retries: 0,
  };
}

/** Nothing of a batch is settled. */
export async function leaveAll(batch: EventBatch, retryReason: string): Promise<Delivery> {
  return { ...(await importAll(batch)), imported: 0, pending: [...batch.ends.keys()], retryReason };
}

/**
 * An instance between a Mixpanel and a Pub/Sub of the test's own, with a clock that the test sets.
 */
export function createTestRuntime(parts: RuntimeParts) {
  const { entryPoint, google, transform = identity, deliver = importAll } = parts;
  const settings = parseSettings(
    {
      MIXPANEL_TOKEN: "t",
      GOOGLE_CLOUD_PROJECT: "p",
      DEAD_LETTER_TOPIC: DEAD_LETTERS,
      OBJECTS_TOPIC: OBJECTS,
      RECEIPTS_BUCKET: "receipts",
      ...parts.environment,
    },
    entryPoint,
  );
  const published: { topic: string; message: OutgoingMessage }[] = [];
  const sent: string[] = [];
  const logged: Parameters<Log>[] = [];
  const stopListeners: (() => void)[] = [];
  const clock = { now: 1000 };
  let isStopping = false;

  const log: Log = (...line) => logged.push(line);
  const now = (): number => clock.now;
  const publish: Publish = async (topic, messages, deadline) => {
    await parts.publish?.(topic, messages, deadline);
    published.push(...messages.map((message) => ({ topic, message })));
  };
  const deliverBatch: DeliverBatch = (batch) => {
    sent.push(...batch.bytes.toString("utf8").split("\n"));
    return deliver(batch);
  };
  const runtime: Runtime = {
    settings,
    log,
    now,
    wallNow: () => NOW + clock.now,
    google,
    publish,
    publishDeadLetters: createDeadLetters({
      publish,
      topic: settings.deadLetterTopic,
      contents: settings.deadLetterContents,
      hasPositions: settings.syntheticId === "position",
      log,
    }),
    deliver: deliverBatch,
    connectProfiles: () => parts.deliverUpdates ?? importUpdates,
    circuitBreaker: createCircuitBreaker(log, now),
    newBuilder: createBatchBuilders(
      { events: settings.batchEvents, bytes: settings.batchBytes },
      2,
    ),
    preparer: createRecordPreparer({ transform, locateByRequest: true, syntheticId: "record" }),
    shutdown: {
      isStopping: () => isStopping,
      signal: new AbortController().signal,
      onStopping: (listener) => stopListeners.push(listener),
      enter: () => () => undefined,
    },
    code: "hash",
  };
  return {
    runtime,
    clock,
    sent,
    logged,
    published,
    /** The messages on the dead-letter topic. */
    deadLetters: () =>
      published.flatMap(({ topic, message }) => (topic === DEAD_LETTERS ? [message] : [])),
    stop: () => {
      isStopping = true;
      for (const listener of stopListeners) listener();
    },
  };
}
