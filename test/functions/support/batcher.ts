import type { TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { createBatcher } from "../../../functions/messages/batcher.ts";
import type { SubmissionOutcome } from "../../../functions/messages/submission.ts";
import type { Delivery } from "../../../functions/mixpanel/deliver-batch.ts";
import { createBatchBuilders } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import type { EventBytes } from "../../../functions/event/record.ts";
import { deadline } from "../../support/deadlines.ts";

export const LINGER_MS = 50;
const DEADLINE = deadline(60_000, 90_000);

function event(text: string, isIdentity = false): EventBytes {
  const bytes = Buffer.from(text);
  const record = { bytes, start: 0, end: bytes.length, offset: 0, line: 1, hasLineBreaks: false };
  // What it takes to send `text` as it is.
  return {
    bytes,
    start: 0,
    end: bytes.length,
    insertAt: 0,
    insertion: "",
    isIdentity,
    record,
  };
}

/** A batch that was sent, and how to answer it. */
interface Sent {
  readonly events: readonly string[];
  readonly response: (delivery?: Partial<Delivery>) => void;
  readonly fail: (error: Error) => void;
}

/** A batcher whose clock stands still, and whose deliveries wait to be answered. */
export function startBatcher(t: TestContext, maxInFlight = 10, lingerMs = LINGER_MS) {
  const limits = { events: 4, bytes: 100 };
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const sent: Sent[] = [];
  const batcher = createBatcher({
    newBuilder: createBatchBuilders(limits, 2),
    lingerMs,
    maxEvents: limits.events,
    maxInFlight,
    onDelivered: () => undefined,
    now: Date.now,
    deliver: ({ bytes, ends }) =>
      new Promise((resolve, reject) => {
        const nothing = {
          imported: ends.length,
          rejected: [],
          pending: [],
          retryReason: undefined,
        };
        sent.push({
          events: bytes.toString().split("\n"),
          response: (delivery) => {
            resolve({ ...nothing, requests: 1, retries: 0, ...delivery });
          },
          fail: reject,
        });
      }),
  });
  return {
    ...batcher,
    sent,
    batches: () => sent.map(({ events }) => events),
    submit: (...texts: string[]) =>
      batcher.submit(
        texts.map((text) => event(text)),
        DEADLINE,
        1,
      ),
    submitIdentity: (text: string) => batcher.submit([event(text, true)], DEADLINE, 1),
    tick: async (ms: number) => {
      t.mock.timers.tick(ms);
      await turn();
    },
  };
}

/** All of a message's events are imported. */
export const imported = (count: number): SubmissionOutcome => ({
  imported: count,
  rejected: [],
  retryReason: undefined,
});
