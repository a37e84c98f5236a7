import { createFingerprintCounter } from "../fingerprint-counter.ts";
import { MAX_PROFILE_PROPERTIES } from "../limits.ts";
import { applyOperation, type Properties } from "./operation.ts";
import type { ProfileSwitches } from "./profile-switches.ts";
import { hasSameTime, insertChange, replay, type Timeline } from "./profile-timeline.ts";
import type { ProfileIdentity, ProfileKind, ProfileUpdate } from "./profile-update.ts";

/** A profile as it is now. */
export interface StoredProfile extends ProfileIdentity {
  readonly properties: Properties;
  /** When `$set` or `$set_once` last changed it, by the simulator's clock. */
  readonly lastSeenMs: number | undefined;
}

/** Bounds of the memory a store takes. */
export interface ProfileBounds {
  /** Profiles kept: the first ones after the start or `clear`. Others are counted only. */
  readonly keepProfiles: number;
  /** Once so many bytes of updates were applied, no profile is new. */
  readonly keepBytes: number;
}

/** How an update is applied. */
export interface Application {
  readonly nowMs: number;
  readonly switches: ProfileSwitches;
  /** Properties that tell where the user is. */
  readonly place: ReadonlyMap<string, string>;
  /** Of the update. */
  readonly bytes: number;
}

/** What a project was sent of profiles. */
export interface ProfileStore {
  /** `overflow`: the profile would have more than 2000 properties, and is left as it is. */
  apply(update: ProfileUpdate, application: Application): "applied" | "overflow";
  /** In the order of their first update. */
  profiles(kind: ProfileKind): Iterable<StoredProfile>;
  totals(): ProfileTotals;
  clear(): void;
}

export interface ProfileTotals {
  /** Updates that were accepted, those without any effect included. */
  readonly updates: number;
  /** Profiles ever updated, deleted and uncounted ones included. */
  readonly users: number;
  readonly groups: number;
  /** False when there were too many profiles to keep all. */
  readonly isComplete: boolean;
}

interface Entry {
  readonly identity: ProfileIdentity;
  properties: Properties | undefined;
  lastSeenMs: number | undefined;
  timeline: Timeline | undefined;
}

export function createProfileStore(bounds: ProfileBounds): ProfileStore {
  const entries = new Map<string, Entry>();
  const seen = { user: createFingerprintCounter(), group: createFingerprintCounter() };
  let state = { updates: 0, bytes: 0, isComplete: true };

  const entryOf = ({ kind, groupKey, id }: ProfileIdentity): Entry | undefined => {
    const key = JSON.stringify([kind, groupKey, id]);
    seen[kind].count(key);
    const known = entries.get(key);
    if (known !== undefined) return known;
    if (entries.size >= bounds.keepProfiles || state.bytes >= bounds.keepBytes) {
      state.isComplete = false;
      return undefined;
    }
    const identity = { kind, groupKey, id };
    const fresh = { identity, properties: undefined, lastSeenMs: undefined, timeline: undefined };
    entries.set(key, fresh);
    return fresh;
  };

  return {
    apply: (update, application) => {
      state.updates += 1;
      state.bytes += application.bytes;
      const entry = entryOf(update);
      return entry === undefined ? "applied" : applyTo(entry, update, application);
    },
    profiles: (kind) => existing(entries.values(), kind),
    totals: () => ({
      updates: state.updates,
      users: seen.user.size,
      groups: seen.group.size,
      isComplete: state.isComplete,
    }),
    clear: () => {
      entries.clear();
      seen.user.clear();
      seen.group.clear();
      state = { updates: 0, bytes: 0, isComplete: true };
    },
  };
}

function* existing(entries: Iterable<Entry>, kind: ProfileKind): Iterable<StoredProfile> {
  for (const { identity, properties, lastSeenMs } of entries)
    if (properties !== undefined && identity.kind === kind)
      yield { ...identity, properties, lastSeenMs };
}

function applyTo(
  entry: Entry,
  update: ProfileUpdate,
  application: Application,
): "applied" | "overflow" {
  const change = changeOf(update, application);
  if (isOverflow(entry.properties, change(entry.properties))) return "overflow";
  const { nowMs, switches } = application;
  if (switches.updateOrder === "arrival" && switches.sameTime === "apply") {
    entry.timeline = undefined;
    entry.properties = change(entry.properties);
  } else {
    const timed = {
      timeMs: update.timeMs ?? nowMs,
      hasOwnTime: update.timeMs !== undefined,
      change,
    };
    const timeline = entry.timeline ?? { base: entry.properties, changes: [] };
    if (switches.sameTime === "ignore" && hasSameTime(timeline, timed)) return "applied";
    entry.timeline = insertChange(timeline, timed);
    entry.properties =
      switches.updateOrder === "time" ? replay(entry.timeline) : change(entry.properties);
  }
  if (!update.ignoresTime && setsProperties(update)) entry.lastSeenMs = nowMs;
  return "applied";
}

/**
 * Default properties, such as the place, change only together with `$set` and `$set_once`
 * (https://docs.mixpanel.com/docs/data-structure/property-reference/default-properties). That a
 * place which the update brings itself stays is inferred.
 */
function changeOf(
  update: ProfileUpdate,
  { switches, place }: Application,
): (properties: Properties | undefined) => Properties | undefined {
  return (properties) => {
    const located =
      setsProperties(update) && place.size > 0
        ? new Map([...(properties ?? []), ...place])
        : properties;
    return update.operations.reduce<Properties | undefined>(
      (changed, operation) => applyOperation(changed, operation, switches),
      located,
    );
  };
}

function setsProperties({ operations }: ProfileUpdate): boolean {
  return operations.some(({ operator }) => operator === "$set" || operator === "$set_once");
}

/** https://docs.mixpanel.com/reference/user-profile-limits */
function isOverflow(before: Properties | undefined, after: Properties | undefined): boolean {
  const size = after?.size ?? 0;
  return size > MAX_PROFILE_PROPERTIES && size > (before?.size ?? 0);
}
