/**
 * Which requests to /import a fault strikes; all that is given has to hold, and nothing given means
 * every request.
 */
export interface FaultMatch {
  /** Only these, counted from 1 since the faults were set. */
  readonly nth?: number | readonly number[];
  /** At most so many. */
  readonly count?: number;
  /** So large a part of them, from 0 to 1, chosen by the schedule's seed: the same every time. */
  readonly fraction?: number;
  /** Only if an event of this name is in the batch. */
  readonly event?: string;
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
  /** `failed_records` holds texts instead of objects. */
  | { readonly kind: "stringsInFailedRecords" }
  /** A 400 has no `failed_records`. */
  | { readonly kind: "dropFailedRecords" }
  /** A 400 lists only the first `keep` of its `failed_records`. */
  | { readonly kind: "cutFailedRecords"; readonly keep: number }
  /**
   * Refuses the whole batch with 400: `records` says with texts in `failed_records` or without any.
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

/** The faults in force, asked once for every request to /import. */
export interface FaultSchedule {
  /** Replaces all faults and starts to count requests anew. */
  set(faults: readonly Fault[], seed?: number): void;
  /**
   * Counts a request, and returns a function that chooses what strikes it, once its event names are
   * known.
   */
  next(): (eventNames: () => ReadonlySet<string>) => StrikingFaults;
  list(): readonly Fault[];
}

export function createFaultSchedule(initial: readonly Fault[] = []): FaultSchedule {
  let armed: { readonly fault: Fault; strikes: number }[] = [];
  let requests = 0;
  let seed = 1;

  const set: FaultSchedule["set"] = (faults, newSeed = 1) => {
    armed = faults.map((fault) => ({ fault, strikes: 0 }));
    requests = 0;
    seed = newSeed;
  };

  const strikes = (
    position: number,
    request: number,
    names: () => ReadonlySet<string>,
  ): boolean => {
    const entry = armed[position];
    const match = entry?.fault.match ?? {};
    if (entry === undefined || entry.strikes >= (match.count ?? Infinity)) return false;
    if (match.nth !== undefined && ![match.nth].flat().includes(request)) return false;
    if (match.fraction !== undefined && chance(seed, position, request) >= match.fraction)
      return false;
    if (match.event !== undefined && !names().has(match.event)) return false;
    entry.strikes += 1;
    return true;
  };

  const choose = (request: number, names: () => ReadonlySet<string>): StrikingFaults => {
    let latencyMs = 0;
    let effect: DecidingEffect | undefined;
    armed.forEach(({ fault }, position) => {
      if (effect !== undefined && fault.kind !== "latency") return;
      if (!strikes(position, request, names)) return;
      if (fault.kind === "latency") latencyMs += fault.ms;
      else effect = fault;
    });
    return { latencyMs, effect };
  };

  set(initial);
  return {
    set,
    next: () => {
      requests += 1;
      const request = requests;
      return (names) => choose(request, names);
    },
    list: () => armed.map(({ fault }) => fault),
  };
}

/** A number from 0 to 1 that depends on its arguments only (the mixing function of MurmurHash3). */
function chance(seed: number, position: number, request: number): number {
  let mixed =
    Math.imul(seed, 0x9e3779b1) ^
    Math.imul(position + 1, 0x27d4eb2f) ^
    Math.imul(request, 0x165667b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
