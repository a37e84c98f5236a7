/** The kinds of requests that faults tell apart. */
export type Operation = "read" | "stat" | "list" | "write" | "update" | "delete" | "bucket";

/**
 * How a request is spoilt. `afterBytes`: so much of the response's body comes through before;
 * absent = not even its headers.
 */
export type Fault =
  /** An error response, nothing done. `retryAfter` is the header's text. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string }
  /** Then silence, until the client gives up. */
  | { readonly kind: "stall"; readonly afterBytes?: number }
  /** Then the connection is reset. What the request asked for is done. */
  | { readonly kind: "cut"; readonly afterBytes?: number }
  /** A complete response of at most so many bytes, fewer than its Content-Range promises. */
  | { readonly kind: "short"; readonly bytes: number }
  | { readonly kind: "slow"; readonly bytesPerSecond: number };

/** Which requests are spoilt, and how. All conditions have to hold; an absent one always does. */
export interface FaultRule {
  /** @default "read" */
  readonly operation?: Operation;
  readonly bucket?: string;
  readonly object?: string;
  /** Only reads that ask for this byte of the object; a suffix range (`bytes=-n`) never does. */
  readonly byte?: number;
  /** Only the n-th request (from 1) that meets the other conditions. */
  readonly nth?: number;
  readonly fault: Fault;
}

/** What a rule is held against. */
export interface FaultSubject {
  readonly operation: Operation;
  readonly bucket: string;
  readonly object: string;
  /** The request's Range header. */
  readonly range: string | undefined;
}

export interface Faults {
  /** Replaces the schedule; its counting starts again. `[]` ends all faults. */
  set(rules: readonly FaultRule[]): void;
  /** The fault of the first rule that applies. Every rule counts, also behind one that applied. */
  next(subject: FaultSubject): Fault | undefined;
}

/** A schedule of faults, empty at first. */
export function createFaults(): Faults {
  let rules: readonly FaultRule[] = [];
  let counts: number[] = [];
  return {
    set: (schedule) => {
      rules = [...schedule];
      counts = rules.map(() => 0);
    },
    next: (subject) => {
      const applying = rules.filter((rule, index) => {
        if (!matches(rule, subject)) return false;
        const count = (counts[index] ?? 0) + 1;
        counts[index] = count;
        return rule.nth === undefined || rule.nth === count;
      });
      return applying[0]?.fault;
    },
  };
}

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  return (
    (rule.operation ?? "read") === subject.operation &&
    (rule.bucket === undefined || rule.bucket === subject.bucket) &&
    (rule.object === undefined || rule.object === subject.object) &&
    (rule.byte === undefined || asksFor(rule.byte, subject.range))
  );
}

function asksFor(byte: number, range: string | undefined): boolean {
  if (range === undefined) return true;
  const found = /^bytes=(\d+)-(\d*)$/.exec(range.trim());
  if (!found) return false;
  const last = found[2] ?? "";
  return Number(found[1]) <= byte && (last === "" || byte <= Number(last));
}
