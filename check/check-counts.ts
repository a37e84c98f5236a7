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
}

/** All zero. */
export function newCheckCounts(): CheckCounts {
  return {
    ...{ read: 0, dropped: 0, unusable: 0, used: 0 },
    ...{ produced: 0, rejected: 0, idsAdded: 0 },
  };
}

/** The counts as a summary has them. */
export function toSummaryCounts(counts: CheckCounts): {
  readonly records: RecordCounts;
  readonly events: CheckedEventCounts;
} {
  const { read, dropped, unusable, used, produced, rejected, idsAdded } = counts;
  return {
    records: { read, dropped, unusable, used },
    events: { produced, accepted: produced - rejected, rejected, idsAdded },
  };
}

/** Of all files together. */
export function totalOf(files: readonly FileSummary[]): CheckCounts {
  const total = newCheckCounts();
  for (const { records, events } of files) {
    total.read += records.read;
    total.dropped += records.dropped;
    total.unusable += records.unusable;
    total.used += records.used;
    total.produced += events.produced;
    total.rejected += events.rejected;
    total.idsAdded += events.idsAdded;
  }
  return total;
}
