import type { ProfileUpdate } from "../event/profile-update.ts";
import { MAX_UPDATES_PER_REQUEST } from "../mixpanel/destinations/profiles/profile-destination.ts";

/**
 * Two requests' worth: updates wait for those of the same profile that are in flight, and a slice
 * holds its place in the pipeline until its last one is settled. With one request's worth in each,
 * only six of ten requests were in flight on average, and 200 MB took 20 s at 300 ms a request
 * instead of 11.
 */
const MAX_UPDATES = 2 * MAX_UPDATES_PER_REQUEST;

/** As much as one request of events has at most, whatever the stack says of batches. */
const MAX_BYTES = 2 * 1024 * 1024;

/** The updates of profiles in a slice, in their order: about as much as two requests take. */
export interface SliceUpdates {
  /** Whether those of one record fit in, all of them. Alone they always do. */
  fits(added: readonly ProfileUpdate[]): boolean;
  add(added: readonly ProfileUpdate[]): void;
  readonly all: readonly ProfileUpdate[];
}

/** Makes the updates of an empty slice. */
export function createSliceUpdates(): SliceUpdates {
  const all: ProfileUpdate[] = [];
  let bytes = 0;
  return {
    fits: (added) =>
      all.length === 0 ||
      (all.length + added.length <= MAX_UPDATES && bytes + bytesOf(added) <= MAX_BYTES),
    add: (added) => {
      // One by one: a record may become more updates than a call can have arguments.
      for (const update of added) all.push(update);
      bytes += bytesOf(added);
    },
    all,
  };
}

function bytesOf(updates: readonly ProfileUpdate[]): number {
  return updates.reduce((sum, { start, end }) => sum + end - start, 0);
}
