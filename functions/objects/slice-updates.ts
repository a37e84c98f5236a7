import type { ProfileUpdate } from "../event/profile-update.ts";
import { MAX_UPDATES_PER_REQUEST } from "../mixpanel/destinations/profiles/profile-destination.ts";

/** As much as one request of events has at most, whatever the stack says of batches. */
const MAX_BYTES = 2 * 1024 * 1024;

/** The updates of profiles in a slice, in their order: no more than a request takes. */
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
      (all.length + added.length <= MAX_UPDATES_PER_REQUEST && bytes + bytesOf(added) <= MAX_BYTES),
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
