import type { Clock } from "./clock.ts";
import type { EventCount } from "./event-store.ts";
import type { Fault, FaultSchedule } from "./faults.ts";
import type { Project } from "./project.ts";
import type { RateLimits } from "./rate-limit.ts";
import type { RejectedEvent, RejectLog, RejectReason } from "./reject-log.ts";
import type { LoggedRequest, RequestLog, RequestTotals } from "./request-log.ts";
import { type ExportedEvent, exportEvent, type KeptEvent } from "./stored-event.ts";
import type { Switches } from "./switches.ts";

/** Figures since the start or the last `clear`. */
export interface SimulatorStats extends RequestTotals {
  /** Stored, as a raw export counts. */
  readonly eventsStored: number;
  readonly eventsRejected: number;
  /** After de-duplication at query time. */
  readonly distinctEvents: number;
  /** False when there were too many events to tell all apart. */
  readonly distinctIsExact: boolean;
}

/** What a running simulator can be asked and told; of all projects, or of the one with that id. */
export interface Queries {
  stats(projectId?: string): SimulatorStats;
  /** By day, then in order of arrival. */
  counts(projectId?: string): readonly EventCount[];
  rejects(): {
    readonly reasons: readonly RejectReason[];
    readonly events: readonly RejectedEvent[];
  };
  /** The last 1,000. */
  requests(): readonly LoggedRequest[];
  /**
   * The events kept, as an export shows them; duplicates too, unless `distinct`: then only the last
   * of each, as queries show them.
   */
  events(filter?: {
    readonly projectId?: string;
    readonly distinct?: boolean;
  }): Iterable<ExportedEvent>;
  faults(): readonly Fault[];
  /** Replaces all faults and starts to count requests anew. */
  setFaults(faults: readonly Fault[], seed?: number): void;
  readonly switches: () => Switches;
  setSwitches(changed: Partial<Switches>): void;
  /** Of every project. */
  setRateLimit(limits: RateLimits | undefined): void;
  readonly clock: Clock;
  /** Forgets events, rejects, requests and rates; faults, switches and the clock stay. */
  clear(): void;
}

/** The parts the questions are about. */
export interface QueryParts {
  readonly clock: Clock;
  readonly projects: readonly Project[];
  readonly faults: FaultSchedule;
  readonly requests: RequestLog;
  readonly rejects: RejectLog;
  readonly switches: Switches;
}

export function createQueries(parts: QueryParts): Queries {
  const { projects, faults, requests, rejects, clock } = parts;
  let switches = parts.switches;
  const chosen = (projectId?: string): readonly Project[] =>
    projects.filter(({ settings }) => projectId === undefined || settings.id === projectId);

  return {
    clock,
    stats: (projectId) => ({
      ...requests.totals(),
      ...storeTotals(chosen(projectId)),
      eventsRejected: rejects.total,
    }),
    counts: (projectId) => chosen(projectId).flatMap(({ store }) => store.counts()),
    rejects: () => ({ reasons: rejects.reasons(), events: rejects.events() }),
    requests: () => requests.recent(),
    events: ({ projectId, distinct = false } = {}) =>
      exportAll(chosen(projectId), distinct, () => switches.textUnit),
    faults: () => faults.list(),
    setFaults: (changed, seed) => {
      faults.set(changed, seed);
    },
    switches: () => switches,
    setSwitches: (changed) => {
      switches = { ...switches, ...changed };
    },
    setRateLimit: (limits) => {
      for (const { rate } of projects) rate.setLimits(limits);
    },
    clear: () => {
      for (const { store, rate } of projects) {
        store.clear();
        rate.clear();
      }
      requests.clear();
      rejects.clear();
    },
  };
}

function storeTotals(projects: readonly Project[]) {
  const totals = projects.map(({ store }) => store.totals());
  return {
    eventsStored: totals.reduce((sum, { stored }) => sum + stored, 0),
    distinctEvents: totals.reduce((sum, { distinct }) => sum + distinct, 0),
    distinctIsExact: totals.every(({ isExact }) => isExact),
  };
}

function* exportAll(
  projects: readonly Project[],
  distinct: boolean,
  textUnit: () => Switches["textUnit"],
): Iterable<ExportedEvent> {
  for (const { store } of projects) {
    const kept = distinct ? lastOfEach(store.kept()) : store.kept();
    for (const event of kept) yield exportEvent(event, textUnit());
  }
}

/**
 * "The latest one ingested usually wins" (https://docs.mixpanel.com/reference/event-deduplication).
 */
function lastOfEach(kept: readonly KeptEvent[]): readonly KeptEvent[] {
  const last = new Map<string, KeptEvent>();
  kept.forEach((candidate, position) => {
    const { name, timeMs, distinctId, insertId } = candidate.event;
    const key = JSON.stringify([name, timeMs, distinctId, insertId ?? position]);
    last.set(key, candidate);
  });
  return [...last.values()];
}
