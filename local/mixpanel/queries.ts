import type { Clock } from "./clock.ts";
import { exportEvents, exportProfiles } from "./exports.ts";
import type { EventCount } from "./event-store.ts";
import type { Fault } from "./faults.ts";
import type { FaultSchedule } from "./fault-schedule.ts";
import type { Project } from "./project.ts";
import type { RateLimits } from "./rate-limit.ts";
import type { RejectedRecord, RejectLog, RejectReason } from "./reject-log.ts";
import type { LoggedRequest, RequestLog, RequestTotals } from "./request-log.ts";
import type { ExportedProfile } from "./profiles/exported-profile.ts";
import type { ProfileKind } from "./profiles/profile-update.ts";
import type { ExportedEvent } from "./stored-event.ts";
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
  readonly profiles: ProfileStats;
}

/** Figures about users and groups. */
export interface ProfileStats {
  /** Updates accepted for a project that exists, those without any effect included. */
  readonly updatesApplied: number;
  readonly updatesRejected: number;
  /** Profiles that were ever updated, deleted ones included. */
  readonly users: number;
  readonly groups: number;
  /** False when there were too many to keep all. */
  readonly isComplete: boolean;
}

/** What a running simulator can be asked and told; of all projects, or of the one with that id. */
export interface Queries {
  stats(projectId?: string): SimulatorStats;
  /** By day, then in order of arrival. */
  counts(projectId?: string): readonly EventCount[];
  rejects(): {
    readonly reasons: readonly RejectReason[];
    readonly events: readonly RejectedRecord[];
    /** Updates of profiles. */
    readonly updates: readonly RejectedRecord[];
  };
  /** The last 1,000. */
  requests(): readonly LoggedRequest[];
  /**
   * The events kept, as an export shows them; duplicates too, unless `distinct`: then only the last
   * of each, as queries show them.
   */
  events(filter?: {
    readonly projectId?: string;
    /** Only those that came through it. */
    readonly endpoint?: "import" | "track";
    readonly distinct?: boolean;
  }): Iterable<ExportedEvent>;
  /** The profiles there are now, users unless `kind` says otherwise. */
  profiles(filter?: {
    readonly projectId?: string;
    readonly kind?: ProfileKind;
    /** `$distinct_id` or `$group_id`. */
    readonly id?: string;
  }): Iterable<ExportedProfile>;
  /** The lookup tables, with the rows each has now. */
  lookupTables(projectId?: string): readonly { readonly id: string; readonly rows: number }[];
  faults(): readonly Fault[];
  /** Replaces all faults and starts to count requests anew. */
  setFaults(faults: readonly Fault[], seed?: number): void;
  readonly switches: () => Switches;
  setSwitches(changed: Partial<Switches>): void;
  /** Of every project. */
  setRateLimit(limits: RateLimits | undefined): void;
  readonly clock: Clock;
  /**
   * Forgets events, profiles, rows of lookup tables, rejects, requests and rates; faults, switches
   * and the clock stay.
   */
  clear(): void;
}

/** The parts the questions are about. */
export interface QueryParts {
  readonly clock: Clock;
  readonly projects: readonly Project[];
  readonly faults: FaultSchedule;
  readonly requests: RequestLog;
  readonly rejects: RejectLog;
  readonly updateRejects: RejectLog;
  readonly switches: Switches;
}

export function createQueries(parts: QueryParts): Queries {
  const { projects, faults, requests, rejects, updateRejects, clock } = parts;
  let switches = parts.switches;
  const chosen = (projectId?: string): readonly Project[] =>
    projects.filter(({ settings }) => projectId === undefined || settings.id === projectId);

  return {
    clock,
    stats: (projectId) => ({
      ...requests.totals(),
      ...storeTotals(chosen(projectId)),
      eventsRejected: rejects.total,
      profiles: { ...profileTotals(chosen(projectId)), updatesRejected: updateRejects.total },
    }),
    counts: (projectId) => chosen(projectId).flatMap(({ store }) => store.counts()),
    rejects: () => ({
      reasons: [...rejects.reasons(), ...updateRejects.reasons()],
      events: rejects.events(),
      updates: updateRejects.events(),
    }),
    requests: () => requests.recent(),
    events: ({ projectId, endpoint, distinct = false } = {}) =>
      exportEvents(chosen(projectId), { endpoint, distinct }, () => switches.textUnit),
    profiles: ({ projectId, kind = "user", id } = {}) =>
      exportProfiles(chosen(projectId), kind, id),
    lookupTables: (projectId) => chosen(projectId).flatMap(({ tables }) => tables.list()),
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
      for (const { store, profiles, tables, rate } of projects) {
        store.clear();
        profiles.clear();
        tables.clear();
        rate.clear();
      }
      requests.clear();
      rejects.clear();
      updateRejects.clear();
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

function profileTotals(projects: readonly Project[]) {
  const totals = projects.map(({ profiles }) => profiles.totals());
  return {
    updatesApplied: totals.reduce((sum, { updates }) => sum + updates, 0),
    users: totals.reduce((sum, { users }) => sum + users, 0),
    groups: totals.reduce((sum, { groups }) => sum + groups, 0),
    isComplete: totals.every(({ isComplete }) => isComplete),
  };
}
