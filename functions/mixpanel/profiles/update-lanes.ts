import type { ProfileUpdate } from "../../event/profile-update.ts";
import type { UpdateSubmission } from "./update-submission.ts";

/** An update on its way. */
export interface QueuedUpdate {
  readonly update: ProfileUpdate;
  readonly submission: UpdateSubmission;
  /** Its place among those handed in with it. */
  readonly index: number;
}

export interface LaneLimits {
  /** Most updates of a request, and of one whose updates must not be repeated. */
  readonly updates: number;
  readonly unrepeatable: number;
  /** Most bytes of a request. */
  readonly bytes: number;
  /** Bytes an update takes in a request, at most. */
  readonly bytesOf: (update: ProfileUpdate) => number;
}

interface Lane {
  queue: QueuedUpdate[];
  /** A request with updates of it is in flight. */
  isBusy: boolean;
}

/**
 * Updates that wait, in lanes: those of one profile are in one lane, in their order, and as long as
 * some of a lane are in flight no others of it are sent. A request takes what waits in as many
 * lanes as it has room for, so that a few updates travel together, and many side by side.
 */
export class UpdateLanes {
  readonly #limits: LaneLimits;
  readonly #lanes = new Map<number, Lane>();
  /** Lanes with updates, and none in flight: the one that has waited longest first. */
  readonly #ready = new Set<number>();
  #waiting = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  add(queued: QueuedUpdate): void {
    const id = queued.update.lane;
    const lane = this.#lanes.get(id) ?? { queue: [], isBusy: false };
    this.#lanes.set(id, lane);
    lane.queue.push(queued);
    this.#waiting++;
    if (!lane.isBusy) this.#ready.add(id);
  }

  /** Whether there is anything that may be sent now. */
  hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** Whether there is as much as a request takes. */
  isFull(): boolean {
    return this.#waiting >= this.#limits.updates;
  }

  /**
   * Takes the updates of the next request; their lanes are busy from now on. Those that may be
   * repeated go apart from the others: only they can be bisected.
   */
  take(): readonly QueuedUpdate[] {
    const { updates, unrepeatable, bytes: maxBytes, bytesOf } = this.#limits;
    const taken: QueuedUpdate[] = [];
    let bytes = 0;
    let isFull = false;
    for (const id of this.#ready) {
      const lane = this.#lanes.get(id);
      if (lane === undefined || isFull) break;
      let count = 0;
      for (const queued of lane.queue) {
        const { isRepeatable } = taken[0]?.update ?? queued.update;
        if (queued.update.isRepeatable !== isRepeatable) break;
        const size = bytesOf(queued.update);
        const most = isRepeatable ? updates : unrepeatable;
        isFull = taken.length > 0 && (taken.length >= most || bytes + size > maxBytes);
        if (isFull) break;
        taken.push(queued);
        bytes += size;
        count++;
      }
      if (count === 0) continue;
      lane.queue.splice(0, count);
      lane.isBusy = true;
      this.#ready.delete(id);
    }
    this.#waiting -= taken.length;
    return taken;
  }

  /** The lanes of these updates are free again. */
  free(taken: readonly QueuedUpdate[]): void {
    for (const id of lanesOf(taken)) {
      const lane = this.#lanes.get(id);
      if (lane === undefined) continue;
      lane.isBusy = false;
      if (lane.queue.length > 0) this.#ready.add(id);
      else this.#lanes.delete(id);
    }
  }

  /** Takes out what waits in the lanes of these updates: it must not be sent before them. */
  drain(pending: readonly QueuedUpdate[]): readonly QueuedUpdate[] {
    const drained = [...lanesOf(pending)].flatMap((id) => {
      const lane = this.#lanes.get(id);
      const queue = lane?.queue ?? [];
      if (lane !== undefined) lane.queue = [];
      return queue;
    });
    this.#waiting -= drained.length;
    return drained;
  }
}

function lanesOf(queued: readonly QueuedUpdate[]): ReadonlySet<number> {
  return new Set(queued.map(({ update }) => update.lane));
}
