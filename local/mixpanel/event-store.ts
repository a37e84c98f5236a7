import type { AcceptedEvent } from "./event-check.ts";
import { createFingerprintCounter } from "./fingerprint-counter.ts";
import { HOT_SHARD_EVENTS } from "./limits.ts";
import type { EventSource, KeptEvent } from "./stored-event.ts";

const DAY_MS = 86_400_000;

/** Pairs of event and day that are counted apart; later ones are counted as `(other)`. */
const MAX_COUNTS = 100_000;

/** Bounds of the memory a store takes. */
export interface StoreBounds {
  /** Events kept whole, for the dump: the first ones after the start or `clear`. */
  readonly keepEvents: number;
  /** Bytes of text (two a character at most) kept for them. */
  readonly keepBytes: number;
}

/** How many events of one name happened on one day (UTC). */
export interface EventCount {
  readonly event: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** As a raw export counts them, duplicates included. */
  readonly stored: number;
  /** As a query counts them. */
  readonly distinct: number;
}

/** What a project has been sent and has stored. */
export interface EventStore {
  /** @param source called only when the event is kept. */
  add(event: AcceptedEvent, source: () => EventSource): void;
  counts(): readonly EventCount[];
  /** In the order they arrived. */
  kept(): readonly KeptEvent[];
  totals(): { readonly stored: number; readonly distinct: number; readonly isExact: boolean };
  clear(): void;
}

/**
 * Stores events as Mixpanel does: all of them, duplicates too. Those with equal event name, time,
 * distinct_id and `$insert_id` are counted once by `distinct`
 * (https://docs.mixpanel.com/reference/event-deduplication, "query-time"). What Mixpanel merges
 * later, by day, is not simulated.
 */
export function createEventStore(bounds: StoreBounds): EventStore {
  const seen = createFingerprintCounter();
  const perUserAndDay = createFingerprintCounter();
  const counts = createDayCounts();
  const kept: KeptEvent[] = [];
  let state = { stored: 0, unique: 0, keptBytes: 0 };

  const keep = (candidate: () => KeptEvent): void => {
    if (kept.length >= bounds.keepEvents || state.keptBytes >= bounds.keepBytes) return;
    const event = candidate();
    state.keptBytes += event.text.length * 2;
    kept.push(event);
  };

  /**
   * More than 200,000 events of one user on one day are renamed
   * (https://docs.mixpanel.com/docs/tracking-best-practices/hot-shard-limits).
   */
  const asStored = (event: AcceptedEvent, day: number): AcceptedEvent => {
    if (event.distinctId === "") return event;
    if (perUserAndDay.count(`${day} ${event.distinctId}`) <= HOT_SHARD_EVENTS) return event;
    return { ...event, name: "$hotshard_events", distinctId: "" };
  };

  const isNew = ({ name, timeMs, distinctId, insertId }: AcceptedEvent): boolean =>
    insertId === undefined || seen.count(`${name}\0${timeMs}\0${distinctId}\0${insertId}`) === 1;

  const add: EventStore["add"] = (sent, source) => {
    const day = Math.floor(sent.timeMs / DAY_MS);
    const event = asStored(sent, day);
    const count = counts.of(day, event.name);
    count.stored += 1;
    state.stored += 1;
    if (isNew(event)) {
      count.distinct += 1;
      state.unique += 1;
    }
    keep(() => ({ event, ...source() }));
  };

  return {
    add,
    kept: () => kept,
    counts: counts.list,
    totals: () => ({ stored: state.stored, distinct: state.unique, isExact: seen.isExact }),
    clear: () => {
      seen.clear();
      perUserAndDay.clear();
      counts.clear();
      kept.length = 0;
      state = { stored: 0, unique: 0, keptBytes: 0 };
    },
  };
}

interface DayCount {
  stored: number;
  distinct: number;
}

/** Counts by day and event name, in bounded memory. */
function createDayCounts() {
  const days = new Map<number, Map<string, DayCount>>();
  let pairs = 0;

  const of = (day: number, name: string): DayCount => {
    const names = days.get(day) ?? new Map<string, DayCount>();
    const known = names.get(name);
    if (known !== undefined) return known;
    if (pairs >= MAX_COUNTS && name !== "(other)") return of(0, "(other)");
    pairs += 1;
    const fresh = { stored: 0, distinct: 0 };
    days.set(day, names.set(name, fresh));
    return fresh;
  };

  return {
    of,
    list: () => listCounts(days),
    clear: () => {
      days.clear();
      pairs = 0;
    },
  };
}

function listCounts(
  days: ReadonlyMap<number, ReadonlyMap<string, DayCount>>,
): readonly EventCount[] {
  return [...days]
    .sort(([a], [b]) => a - b)
    .flatMap(([day, names]) =>
      [...names].map(([event, { stored, distinct }]) => ({
        event,
        day: new Date(day * DAY_MS).toISOString().slice(0, 10),
        stored,
        distinct,
      })),
    );
}
