import type { ObjectRecord } from "./object-record.ts";

/** What a bucket is created with. */
export interface BucketSettings {
  /** Whether what is overwritten or deleted stays as a noncurrent generation. */
  readonly versioning: boolean;
  readonly lifecycle: readonly LifecycleRule[];
}

/**
 * A rule of the action Delete. All its conditions have to hold
 * (https://cloud.google.com/storage/docs/lifecycle#conditions).
 */
export interface LifecycleRule {
  /** Days since the object was created. */
  readonly age?: number;
  /** Days since the generation became noncurrent. */
  readonly daysSinceNoncurrentTime?: number;
  readonly withState: "LIVE" | "ARCHIVED" | "ANY";
}

/** Nothing is lost unless somebody asked for it. */
export const DEFAULT_BUCKET_SETTINGS: BucketSettings = { versioning: true, lifecycle: [] };

const DAY_MS = 86_400_000;

/** Whether a rule deletes the generation at `now`, in milliseconds since 1970. */
export function isDue(record: ObjectRecord, { lifecycle }: BucketSettings, now: number): boolean {
  const { timeCreated, timeDeleted } = record;
  const state = timeDeleted === undefined ? "LIVE" : "ARCHIVED";
  return lifecycle.some(
    ({ age, daysSinceNoncurrentTime, withState }) =>
      (withState === "ANY" || withState === state) &&
      hasPassed(age, timeCreated, now) &&
      hasPassed(daysSinceNoncurrentTime, timeDeleted, now),
  );
}

/** A condition that is not given holds; one on a time that has not come does not. */
function hasPassed(days: number | undefined, since: string | undefined, now: number): boolean {
  if (days === undefined) return true;
  return since !== undefined && now >= Date.parse(since) + days * DAY_MS;
}
