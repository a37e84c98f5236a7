import type { EndpointName } from "./endpoint-name.ts";

/**
 * Which requests a fault strikes; all that is given has to hold, and nothing given means
 * every request.
 */
export interface FaultMatch {
  /** Only those to it. */
  readonly endpoint?: EndpointName;
  /**
   * Only these, counted from 1 since the faults were set: of the endpoint's requests if one is
   * given, else of all.
   */
  readonly nth?: number | readonly number[];
  /** At most so many. */
  readonly count?: number;
  /** So large a part of them, from 0 to 1, chosen by the schedule's seed: the same every time. */
  readonly fraction?: number;
  /** Only if an event of this name is in the batch. */
  readonly event?: string;
  /** Only if an update of the profile with this `$distinct_id` or `$group_id` is in the batch. */
  readonly id?: string;
}

/**
 * What goes wrong. `latency` adds to any other fault; of the others the first that strikes decides.
 */
export type FaultEffect =
  /** Responds later by so much; the events are stored before. */
  | { readonly kind: "latency"; readonly ms: number }
  /**
   * Responds with `status`: 429 with the documented JSON, everything else with HTML unless `body`
   * says otherwise. Nothing is stored, except with `stored`.
   */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly retryAfter?: string | number;
      readonly body?: "html" | "json" | "empty";
      readonly stored?: boolean;
    }
  /** The connection is reset, before or after the events are stored. */
  | { readonly kind: "resetBeforeStore" }
  | { readonly kind: "resetAfterStore" }
  /** Never responds, and stores nothing. */
  | { readonly kind: "hang" }
  /** Stores everything but says `by` more (or, negative, fewer) than there were. */
  | { readonly kind: "wrongCount"; readonly by: number }
  /** Silently does not import the events of that name: neither counted nor listed. */
  | { readonly kind: "loseEvents"; readonly event: string }
  /** The same of the updates of the profile with that `$distinct_id` or `$group_id`. */
  | { readonly kind: "loseUpdates"; readonly id: string }
  /** Refuses the updates of that profile, for a reason of Mixpanel's own. */
  | { readonly kind: "refuseUpdates"; readonly id: string; readonly error?: string }
  /** Stores everything, but the response does not say how many there were. */
  | { readonly kind: "noCount" }
  /**
   * `failed_records` (`errors` of profiles) holds texts instead of objects (is a list of texts).
   */
  | { readonly kind: "stringsInFailedRecords" }
  /** A 400 has no `failed_records`; a response about profiles has no `errors`. */
  | { readonly kind: "dropFailedRecords" }
  /** A response lists only the first `keep` of its `failed_records` or `errors`. */
  | { readonly kind: "cutFailedRecords"; readonly keep: number }
  /**
   * Refuses the whole batch with 400 (profiles: with 200 and status 0): `records` says with texts
   * in `failed_records` (profiles: an empty `errors`) or without any.
   */
  | { readonly kind: "refuseBatch"; readonly records?: "strings" | "none"; readonly error?: string }
  /** Stores everything and responds 200 with nothing, with HTML, or with half of its JSON. */
  | { readonly kind: "emptyBody" }
  | { readonly kind: "htmlBody200" }
  | { readonly kind: "cutBody" }
  /** 413 past so many uncompressed bytes. */
  | { readonly kind: "limitBytes"; readonly bytes: number };

export type Fault = FaultEffect & { readonly match?: FaultMatch };

/** The effects that decide on a response: all but `latency`. */
export type DecidingEffect = Exclude<FaultEffect, { kind: "latency" }>;

/** What strikes one request. */
export interface StrikingFaults {
  readonly latencyMs: number;
  readonly effect: DecidingEffect | undefined;
}
