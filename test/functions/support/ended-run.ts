import { UnavailableError } from "../../../functions/platform/errors.ts";
import type { OutgoingMessage } from "../../../functions/google/publisher.ts";
import { firstProgress } from "../../../functions/objects/continuation.ts";
import { createFinishRun, type FinishRunOptions } from "../../../functions/objects/finish-run.ts";
import type { Log } from "../../../functions/platform/log.ts";
import type { RunEnd } from "../../../functions/objects/import-run.ts";
import type { ImportRequest } from "../../../functions/objects/notification.ts";
import type { Receipt } from "../../../functions/objects/receipt.ts";
import type { RunResult } from "../../../functions/objects/run-result.ts";
import type { GenerationState } from "../../../functions/reading/generation-lookup.ts";
import { ZERO_COUNTERS, type Counters } from "../../../functions/records/counters.ts";
import type { DeadRecord } from "../../../functions/records/dead-letter.ts";
import { deadline } from "../../support/deadlines.ts";

export const OBJECT = { bucket: "landing", object: "a.json", generation: "7" };
export const STARTED_AT = "2026-01-01T00:00:00.000Z";
/** When the run ends, on both clocks. */
export const NOW = 61_000;
export const WALL_NOW = Date.parse(STARTED_AT) + 60_000;
/** Everything that follows the work has this deadline. */
export const RECEIPT = deadline(530_000);
export const FINISH = deadline(535_000);

export const TOPIC = "projects/p/topics/objects";

/** Five records, of which four are imported and one is rejected. */
export const COUNTERS: Counters = {
  records: { read: 5, dropped: 0, unusable: 0, used: 5 },
  events: { produced: 5, imported: 4, rejected: 1, idsAdded: 2 },
  profiles: { produced: 3, imported: 3, rejected: 0, unconfirmed: 0 },
  groups: { produced: 2, imported: 2, rejected: 0, unconfirmed: 0 },
  requests: 3,
  retries: 1,
};

const REQUEST: ImportRequest = {
  kind: "import",
  object: OBJECT,
  size: 100,
  contentType: undefined,
  progress: undefined,
  importId: undefined,
  isQuarantineOff: false,
  replays: 0,
  deliveryAttempt: 1,
  attributes: { eventType: "OBJECT_FINALIZE", bucketId: "landing", objectId: "a.json" },
};

/** A run that ended like this, after 80 bytes; `offset` 0 = it settled nothing. */
export function endedRun(
  end: RunEnd,
  { offset = 80, importId, counters = COUNTERS, ...parts }: EndedRunParts = {},
): RunResult {
  const isIdle = offset === 0;
  const watermark = {
    position: { offset, line: isIdle ? 1 : 6 },
    counters: isIdle ? ZERO_COUNTERS : counters,
    firstError: null,
  };
  return {
    request: { ...REQUEST, importId },
    receiptGeneration: undefined,
    progress: firstProgress(STARTED_AT),
    records: { size: () => 100, memberAt: () => null, format: () => undefined },
    run: { end, watermark, problems: new Map() },
    deadlines: {
      startedAt: 1000,
      work: deadline(400_000, 525_000),
      receipt: RECEIPT,
      finish: FINISH,
    },
    ...parts,
  };
}

export interface EndedRunParts extends Partial<RunResult> {
  readonly offset?: number;
  readonly counters?: Counters;
  readonly importId?: string;
}

/** How what follows a run's end behaves; an Error is thrown. */
export interface Surroundings {
  /** False: another delivery was faster. */
  readonly write?: boolean | Error;
  /** Generation of the receipt that is there meanwhile. */
  readonly found?: string | Error;
  readonly state?: GenerationState | Error;
  readonly publishing?: Error;
  readonly deadLetters?: Error;
  /** @default true */
  readonly mayRepeatUpdates?: boolean;
}

export const DOWN = new UnavailableError("down");

/** Everything that follows a run's end, and what it is told. */
export function startFinishRun(surroundings: Surroundings = {}) {
  const steps: string[] = [];
  const receipts: { receipt: Receipt; replaces: string }[] = [];
  const published: { topic: string; message: OutgoingMessage }[] = [];
  const dead: DeadRecord[] = [];
  const logged: Parameters<Log>[] = [];
  const deadlines = new Set<unknown>();

  /** Notes a step, and ends it as it is to end. */
  const step = async <T>(name: string, given: unknown, outcome: T | Error): Promise<T> => {
    steps.push(name);
    deadlines.add(given);
    await Promise.resolve();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const { write = true, found, state = "deleted", publishing, deadLetters } = surroundings;
  const options: FinishRunOptions = {
    receipts: {
      findGeneration: (_, given) => step("find receipt", given, found),
      write: async (receipt, replaces, given) => {
        receipts.push({ receipt, replaces });
        return await step("write receipt", given, write);
      },
    },
    publish: async (topic, messages, given) => {
      await step("publish", given, publishing);
      published.push(...messages.map((message) => ({ topic, message })));
    },
    publishDeadLetters: async (records, origin, given) => {
      await step(`dead letter of ${origin.source}`, given, deadLetters);
      dead.push(...records);
    },
    lookUpGeneration: (_, given) => step("look up", given, state),
    mayRepeatUpdates: surroundings.mayRepeatUpdates ?? true,
    objectsTopic: TOPIC,
    code: "hash",
    log: (...line) => logged.push(line),
    now: () => NOW,
    wallNow: () => WALL_NOW,
  };
  return {
    finishRun: createFinishRun(options),
    steps,
    receipts,
    published,
    dead,
    logged,
    deadlines,
    logLine: (message: string) => logged.find(([, text]) => text === message),
  };
}
