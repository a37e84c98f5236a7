import {
  addCounters,
  rejectedIn,
  unconfirmedIn,
  ZERO_COUNTERS,
  type Counters,
} from "../records/counters.ts";
import type { Log } from "../platform/log.ts";

const LINE_EVERY_MS = 1000;

/** Sums up messages that are done with. */
export interface MessageSummary {
  add(counters: Counters, bytes: number): void;
  /** Nothing is under way any more: what was added, but not logged yet, is. */
  flush(): void;
}

/**
 * Logs what became of messages, as the sum since the line before: a line for each message would
 * cost more than the message. A line is written when a second has passed since the last one, and
 * when nothing is left to do; never by a timer, because an instance without requests has no CPU
 * (https://cloud.google.com/run/docs/configuring/billing-settings).
 */
export function createMessageSummary(log: Log, now: () => number): MessageSummary {
  let messages = 0;
  let bytes = 0;
  let sum = ZERO_COUNTERS;
  let writtenAt = -Infinity;

  const flush = (): void => {
    if (messages === 0) return;
    const { records, events, profiles, groups } = sum;
    const isClean = records.unusable + rejectedIn(sum) + unconfirmedIn(sum) === 0;
    const counts = { messages, records, events, profiles, groups, bytes };
    log(isClean ? "INFO" : "WARNING", "Messages settled", counts);
    messages = 0;
    bytes = 0;
    sum = ZERO_COUNTERS;
    writtenAt = now();
  };
  return {
    add: (counters, messageBytes) => {
      messages++;
      bytes += messageBytes;
      sum = addCounters(sum, counters);
      if (now() >= writtenAt + LINE_EVERY_MS) flush();
    },
    flush,
  };
}
