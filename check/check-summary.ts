import type { RecordCounts } from "../functions/records/counters.ts";
import type { EventNotes } from "./event-notes.ts";
import type { Timeline } from "./timeline.ts";
import type { ProblemCount } from "./problem-tally.ts";
import type { EventNameCount, PropertySummary } from "./property-profile.ts";
import type { RowTable } from "./row-table.ts";
import type { SendingEstimate } from "./request-estimate.ts";

/** What would become of events: Mixpanel's own refusals are foretold by the simulator's rules. */
export interface CheckedEventCounts {
  readonly produced: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Events that get an `$insert_id`, having none or one that cannot be used. */
  readonly idsAdded: number;
}

/** One file's part. */
export interface FileSummary {
  readonly file: string;
  /** As it is stored. */
  readonly bytes: number;
  readonly records: RecordCounts;
  readonly events: CheckedEventCounts;
  /** Updates of profiles that would be sent, of users and of groups. */
  readonly profiles: number;
  readonly groups: number;
  /** So many of its first records would be refused that the rest would not even be read. */
  readonly isQuarantined: boolean;
  /** Why it could not be read to its end. */
  readonly error?: string;
  /** Nothing of it can be read, because of what it is. */
  readonly isUnreadable: boolean;
  /** Columns that are not read because of their type, where there are any. */
  readonly columnsLeftOut?: readonly string[];
}

/**
 * A record and what would be sent of it; JSON as text, so that every digit and the order of keys
 * stay.
 */
export interface Sample {
  readonly file: string;
  readonly line: number;
  readonly before: string;
  readonly after: readonly string[];
  /** Why nothing is sent. */
  readonly note?: string;
}

/** What `check --json` prints. */
export interface CheckSummary {
  /**
   * Every file can be read to its end, and something would be imported; when the check is strict,
   * nothing would be refused.
   */
  readonly ok: boolean;
  readonly records: RecordCounts;
  readonly events: CheckedEventCounts;
  /** Updates of profiles that would be sent, of users and of groups. */
  readonly profiles: number;
  readonly groups: number;
  readonly files: readonly FileSummary[];
  /** Most frequent first. */
  readonly problems: readonly ProblemCount[];
  readonly notes: EventNotes;
  /** Different users, approximately. */
  readonly users: number;
  readonly timeline: Timeline;
  readonly eventNames: readonly EventNameCount[];
  readonly properties: readonly PropertySummary[];
  readonly sending: SendingEstimate;
  readonly samples: readonly Sample[];
  /** Of files of rows: CSV, Parquet. Left out when there are none. */
  readonly rows?: readonly RowTable[];
}
