import type { EventCounts, RecordCounts, UpdateCounts } from "../../functions/records/counters.ts";
import type { ProfileStats } from "../mixpanel/queries.ts";
import type { LoggedRequest, Second, Throughput } from "../mixpanel/request-log.ts";

/** Everything the page shows, as it is now. */
export interface PageState {
  /** Milliseconds since 1970, by the simulator's clock, which the seconds and requests go by. */
  readonly nowMs: number;
  readonly entrances: {
    /** Folder where files are put to be imported. */
    readonly inbox: string;
    /** Commands that upload FILE: Google's tool, then curl. */
    readonly upload: readonly string[];
    /** Commands that publish FILE as one message. */
    readonly publish: readonly string[];
  };
  readonly mixpanel: {
    readonly requests: number;
    readonly requestsByStatus: Readonly<Record<string, number>>;
    readonly distinctEvents: number;
    readonly profiles: ProfileStats;
    /** Oldest first; seconds without a request are left out. At most 600. */
    readonly perSecond: readonly Second[];
    readonly lastMinute: Throughput;
  };
  /** Newest first; at most 200. */
  readonly files: readonly PageFile[];
  /** Of all files, those not shown included. */
  readonly fileCount: number;
  readonly messages: {
    readonly published: number;
    readonly acknowledged: number;
    readonly records: RecordCounts;
    readonly events: EventCounts;
    readonly profiles: UpdateCounts;
    readonly groups: UpdateCounts;
  };
  readonly deadLetters: {
    readonly records: number;
    /** Messages that Pub/Sub gave up and forwarded by itself. */
    readonly undelivered: number;
    /** Most records first; at most 100. */
    readonly groups: readonly PageReject[];
  };
  /** Newest first; at most 50. */
  readonly requests: readonly LoggedRequest[];
}

/** What the page shows of a stack: the state that has a name, and can be acted on. */
export interface StackPageState {
  /** Its name, for the heading. */
  readonly stack: string;
  /** [what, how many, remark or ""] */
  readonly figures: readonly (readonly [string, string, string])[];
  /** Newest first. */
  readonly files: readonly StackPageFile[];
  /** Of all files, those not shown included. */
  readonly fileCount: number;
  /** What goes on with dead letters; "" for nothing. */
  readonly activity: string;
  /** Why not all of it is known; "" when it is. */
  readonly problem: string;
}

export interface StackPageFile extends PageFile {
  readonly bucket: string;
  /** Why it waits, or what was wrong first; "" for nothing. */
  readonly note: string;
  /** Whether it is there to be imported once more. */
  readonly canImportAgain: boolean;
}

/** A generation of an object. */
export interface PageFile {
  readonly name: string;
  readonly generation: string;
  /** Stored. */
  readonly bytes: number;
  /** A receipt's state, `skipped`, or `waiting` until there is one. */
  readonly state: string;
  /** Stored bytes read so far, while that is known. */
  readonly bytesRead?: number;
  readonly records?: RecordCounts;
  readonly events?: EventCounts;
  readonly profiles?: UpdateCounts;
  readonly groups?: UpdateCounts;
  readonly seconds?: number;
  /** Why records of it were not imported, most records first; at most 20 kinds. */
  readonly reasons: readonly PageReject[];
}

/** Records that were not imported for one and the same reason. */
export interface PageReject {
  readonly reason: string;
  readonly field: string;
  readonly error: string;
  readonly records: number;
  /** Where one of them is. */
  readonly sample: string;
}
