import { CountMismatchError } from "../platform/errors.ts";

/** What became of records: `read = dropped + unusable + used`. */
export interface RecordCounts {
  readonly read: number;
  readonly dropped: number;
  readonly unusable: number;
  readonly used: number;
}

/** What became of events: `produced = imported + rejected`. */
export interface EventCounts {
  readonly produced: number;
  readonly imported: number;
  readonly rejected: number;
}

/** Everything that is counted of an object or of messages. */
export interface Counters {
  readonly records: RecordCounts;
  readonly events: EventCounts & { readonly idsAdded: number };
  readonly requests: number;
  readonly retries: number;
}

export const ZERO_COUNTERS: Counters = {
  records: { read: 0, dropped: 0, unusable: 0, used: 0 },
  events: { produced: 0, imported: 0, rejected: 0, idsAdded: 0 },
  requests: 0,
  retries: 0,
};

/** The sum of both. */
export function addCounters(a: Counters, b: Counters): Counters {
  return {
    records: {
      read: a.records.read + b.records.read,
      dropped: a.records.dropped + b.records.dropped,
      unusable: a.records.unusable + b.records.unusable,
      used: a.records.used + b.records.used,
    },
    events: {
      produced: a.events.produced + b.events.produced,
      imported: a.events.imported + b.events.imported,
      rejected: a.events.rejected + b.events.rejected,
      idsAdded: a.events.idsAdded + b.events.idsAdded,
    },
    requests: a.requests + b.requests,
    retries: a.retries + b.retries,
  };
}

/** Whether nothing is missing. */
export function isBalanced({ records, events }: Counters): boolean {
  return (
    records.read === records.dropped + records.unusable + records.used &&
    events.produced === events.imported + events.rejected
  );
}

/**
 * Proves that nothing is missing.
 *
 * @throws CountMismatchError when something is: then the run fails, and what it did is done again
 */
export function assertBalanced(counters: Counters): void {
  if (isBalanced(counters)) return;
  const { records, events } = counters;
  throw new CountMismatchError(`The counts do not add up: ${JSON.stringify({ records, events })}`);
}
