import type { RecordCounts } from "../functions/records/counters.ts";
import type { CheckedEventCounts, FileSummary } from "./check-summary.ts";

/** What is counted while records are examined. */
export interface CheckCounts {
  read: number;
  dropped: number;
  unusable: number;
  used: number;
  produced: number;
  rejected: number;
  idsAdded: number;
  profiles: number;
  groups: number;
}

/** All zero. */
export function newCheckCounts(): CheckCounts {
  return {
    ...{ read: 0, dropped: 0, unusable: 0, used: 0 },
    ...{ produced: 0, rejected: 0, idsAdded: 0 },
    ...{ profiles: 0, groups: 0 },
  };
}

/** The counts as a summary has them. */
export function toSummaryCounts(counts: CheckCounts): {
  readonly records: RecordCounts;
  readonly events: CheckedEventCounts;
  readonly profiles: number;
  readonly groups: number;
} {
  const { read, dropped, unusable, used, produced, rejected, idsAdded, ...updates } = counts;
  return {
    records: { read, dropped, unusable, used },
    events: { produced, accepted: produced - rejected, rejected, idsAdded },
    ...updates,
  };
}

type FileCounts = Pick<FileSummary, "records" | "events" | "profiles" | "groups">;

/** Events and updates that would be imported. */
export function acceptedIn({ events, profiles, groups }: Omit<FileCounts, "records">): number {
  return events.accepted + profiles + groups;
}

/** Records and events that would not, the transform's choice left out. */
export function refusedIn({ records, events }: Pick<FileCounts, "records" | "events">): number {
  return records.unusable + events.rejected;
}

/** Of all files together. */
export function totalOf(files: readonly FileSummary[]): CheckCounts {
  const total = newCheckCounts();
  for (const { records, events, profiles, groups } of files) {
    total.read += records.read;
    total.dropped += records.dropped;
    total.unusable += records.unusable;
    total.used += records.used;
    total.produced += events.produced;
    total.rejected += events.rejected;
    total.idsAdded += events.idsAdded;
    total.profiles += profiles;
    total.groups += groups;
  }
  return total;
}
