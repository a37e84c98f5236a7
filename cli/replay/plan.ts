import type { MissingLetters } from "./missing-letters.ts";
import type { Repair } from "./repair.ts";

/** Which dead letters are meant. Lists: one of them; empty or left out: all. */
export interface LetterFilter {
  /** `malformed`, `invalid`, … `undelivered` for what Pub/Sub itself gave up. */
  readonly reasons?: readonly string[];
  /** `properties.time`, exactly. */
  readonly fields?: readonly string[];
  /** Exactly, as the letter has it. */
  readonly errors?: readonly string[];
  /**
   * Beginnings, or globs, of `gs://bucket/object#generation` or of a subscription's name; with `#`
   * at its end a whole name.
   */
  readonly sources?: readonly string[];
  /** When the dead letter was published, in milliseconds of the epoch: from, and before. */
  readonly since?: number;
  readonly until?: number;
}

/** What is to be replayed, and how. */
export interface ReplayPlan {
  readonly filter: LetterFilter;
  /** Most dead letters that are taken; the parts of a record are one. @default all */
  readonly limit?: number;
  /** Records that were replayed so often are left. @default 3 */
  readonly maxReplays?: number;
  /** Applied to each record before it is sent. @default records are sent as they are */
  readonly repair?: Repair;
  /** A file of dead letters (letters-file.ts) that is sent in place of the subscription's. */
  readonly from?: string;
  /**
   * Milliseconds of the epoch by Pub/Sub's clock (`askTime`), not this machine's: what is published
   * later is left, or a record that is refused again would go round and round. @default now
   */
  readonly startedAt?: number;
  /**
   * How many letters a survey has counted: what is waited for. @default the metrics' figure
   */
  readonly expected?: number;
  /**
   * Seconds that a letter is kept from others after this process is killed, 10 to 600. @default 60
   */
  readonly leaseSeconds?: number;
  /** Whether groups show records before and after the repair. @default false */
  readonly withExamples?: boolean;
}

/** What becomes of a dead letter. */
export type LetterAction =
  /** Its records go to the events topic. */
  | "records"
  /** Its object is imported again. */
  | "object"
  /** It goes unchanged to the topic that Pub/Sub could not deliver it from. */
  | "forward"
  /** It stays where it is; `why` of its group says why. */
  | "leave";

/** A record before the repair, and what it becomes; [] is nothing. */
export interface RepairExample {
  /** `gs://bucket/object#generation line 3`, or `message 17`. */
  readonly place: string;
  readonly before: string;
  readonly after: readonly string[];
  /** Why it stays a dead letter; "" when it does not. */
  readonly error: string;
  /** As of RefusedAgain; "" when nothing speaks against it. */
  readonly refusal: string;
}

/**
 * Repaired records that the functions would refuse again by their own checks, unless the stack's
 * transform makes something else of them: they are sent, since nobody knows that transform here.
 */
export interface RefusedAgain {
  readonly refusedAgain: number;
  /** Why the first of them: `properties.time: missing`; "" without. */
  readonly refusal: string;
}

/** What became, or would become, of records. */
export interface RecordTally {
  /** In the letters; 1 for an object, and for a message that was forwarded. */
  readonly records: number;
  /** Sent; a repair may make several of one record, or none. */
  readonly sent: number;
  /** The repair left them out, on purpose. */
  readonly dropped: number;
  /** The repair failed: they stay dead letters. */
  readonly unrepaired: number;
}

/** Dead letters with the same reason, field, error and source, and the same future. */
export interface LetterGroup extends RecordTally, RefusedAgain {
  readonly reason: string;
  readonly field: string;
  readonly error: string;
  /** `gs://bucket/object`, or the subscription. */
  readonly source: string;
  /** Of several fields, errors and sources, which are "": there are too many to keep apart. */
  readonly isMerged: boolean;
  readonly action: LetterAction;
  /** For "leave": why. */
  readonly why: string;
  readonly letters: number;
  /** Where the first record is. */
  readonly sample: string;
  /** The first error of the repair; "" without. */
  readonly repairError: string;
  readonly examples: readonly RepairExample[];
}

/**
 * What was found at the end of the letters. Of a pass that did not get there, since its limit was
 * reached or it was full, nothing is missing.
 */
export interface LettersEnd extends MissingLetters {
  /** That came, meant or not. */
  readonly seen: number;
  /** That were published after the start, and are left. */
  readonly later: number;
  /** Whether it stopped because it held as many letters as it can; others may be there. */
  readonly full: boolean;
}

/** What a survey found, or a replay did. */
export interface ReplayReport extends LettersEnd {
  /** Most letters first. */
  readonly groups: readonly LetterGroup[];
  /** Of the groups together. */
  readonly total: RecordTally & {
    /** That match the filter. */
    readonly letters: number;
    /** Of these, replaced (or that would be) and acknowledged. */
    readonly replaced: number;
    /**
     * Of these, not replaced: for the reasons of their groups, or because no record is repaired.
     */
    readonly left: number;
  };
  /** That do not match the filter, or are beyond the limit. */
  readonly others: number;
  /** Of the groups together. */
  readonly refusedAgain: number;
}

/** Told while a pass goes on. All are optional, and must return at once. */
export interface ReplayListeners {
  /** Letters looked at so far, and how many there may be (undefined: nobody knows). */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  /** The queue is empty, but there may be letters in somebody else's hands for so many seconds. */
  readonly onWaiting?: (seconds: number) => void;
  /** A replay failed, or was ended, when so many letters were sent: not all may be acknowledged. */
  readonly onBroken?: (sent: number) => void;
}
