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

/** What became of updates of profiles: `produced = imported + rejected + unconfirmed`. */
export interface UpdateCounts extends EventCounts {
  /** Accepted without a count: nobody knows whether they are stored. */
  readonly unconfirmed: number;
}

/** Everything that is counted of an object or of messages. */
export interface Counters {
  readonly records: RecordCounts;
  readonly events: EventCounts & { readonly idsAdded: number };
  /** Of users. */
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
  readonly requests: number;
  readonly retries: number;
}

export const ZERO_UPDATES: UpdateCounts = { produced: 0, imported: 0, rejected: 0, unconfirmed: 0 };

export const ZERO_COUNTERS: Counters = {
  records: { read: 0, dropped: 0, unusable: 0, used: 0 },
  events: { produced: 0, imported: 0, rejected: 0, idsAdded: 0 },
  profiles: ZERO_UPDATES,
  groups: ZERO_UPDATES,
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
    profiles: addUpdates(a.profiles, b.profiles),
    groups: addUpdates(a.groups, b.groups),
    requests: a.requests + b.requests,
    retries: a.retries + b.retries,
  };
}

/** Field by field. */
export function addUpdates(a: UpdateCounts, b: UpdateCounts): UpdateCounts {
  return {
    produced: a.produced + b.produced,
    imported: a.imported + b.imported,
    rejected: a.rejected + b.rejected,
    unconfirmed: a.unconfirmed + b.unconfirmed,
  };
}

/** What became of what records were made into, by kind. */
export interface SentCounts {
  readonly events: EventCounts;
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
}

/** Events and updates that records were made into. */
export function producedIn({ events, profiles, groups }: SentCounts): number {
  return events.produced + profiles.produced + groups.produced;
}

/**
 * Whether updates of profiles are among what was sent. Whoever has sent some of a file's sends the
 * rest of them, too, though another delivery may have been through already: the older values would
 * stay.
 */
export function hasSentUpdates({ profiles, groups }: SentCounts): boolean {
  return profiles.produced + groups.produced > 0;
}

/** Events and updates that Mixpanel refused. */
export function rejectedIn({ events, profiles, groups }: SentCounts): number {
  return events.rejected + profiles.rejected + groups.rejected;
}

/** Events and updates that Mixpanel counted. */
export function importedIn({ events, profiles, groups }: SentCounts): number {
  return events.imported + profiles.imported + groups.imported;
}

/** The same, by kind. */
export function importedByKind({ events, profiles, groups }: SentCounts): {
  readonly events: number;
  readonly profiles: number;
  readonly groups: number;
} {
  return {
    events: events.imported,
    profiles: profiles.imported,
    groups: groups.imported,
  };
}

/** Updates that Mixpanel took without counting them. */
export function unconfirmedIn({ profiles, groups }: SentCounts): number {
  return profiles.unconfirmed + groups.unconfirmed;
}

/** Whether nothing is missing. */
export function isBalanced({ records, events, profiles, groups }: Counters): boolean {
  return (
    records.read === records.dropped + records.unusable + records.used &&
    events.produced === events.imported + events.rejected &&
    [profiles, groups].every(
      ({ produced, imported, rejected, unconfirmed }) =>
        produced === imported + rejected + unconfirmed,
    )
  );
}

/**
 * Proves that nothing is missing.
 *
 * @throws CountMismatchError when something is: then the run fails, and what it did is done again
 */
export function assertBalanced(counters: Counters): void {
  if (isBalanced(counters)) return;
  const { records, events, profiles, groups } = counters;
  throw new CountMismatchError(
    `The counts do not add up: ${JSON.stringify({ records, events, profiles, groups })}`,
  );
}
