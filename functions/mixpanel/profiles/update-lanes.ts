import { LANES, type ProfileUpdate } from "../../event/profile-update.ts";
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

/**
 * Updates that wait, in lanes: those of one profile are in one lane, in their order, and as long as
 * some of a lane are in flight no others of it are sent. A request takes what has waited longest in
 * all lanes that are free, so that many requests are in flight side by side, and are full.
 *
 * What is known of lanes is in arrays of numbers: objects that outlive a few requests are what
 * garbage collection costs most for.
 */
export class UpdateLanes {
  readonly #limits: LaneLimits;
  /** In the order in which they came. */
  #waiting: QueuedUpdate[] = [];
  /** Updates that wait in each lane. */
  readonly #waitingIn = new Uint32Array(LANES);
  /** 1: a request with updates of the lane is in flight. */
  readonly #busy = new Uint8Array(LANES);
  /** Updates that wait in lanes that are free. */
  #ready = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  add(queued: QueuedUpdate): void {
    this.#waiting.push(queued);
    this.#count(queued, 1);
  }

  /** Whether there is anything that may be sent now. */
  hasReady(): boolean {
    return this.#ready > 0;
  }

  /** Whether as much may be sent now as a request takes. */
  isFull(): boolean {
    return this.#ready >= this.#limits.updates;
  }

  /**
   * Takes the updates of the next request; their lanes are busy from now on. Those that may be
   * repeated go apart from the others: only they can be bisected.
   */
  take(): readonly QueuedUpdate[] {
    const { taken, left } = this.#split();
    this.#waiting = left;
    for (const queued of taken) this.#count(queued, -1);
    for (const { update } of taken) this.#hold(update.lane);
    return taken;
  }

  /** What goes into the next request, and what is left, in their order. */
  #split(): { readonly taken: QueuedUpdate[]; readonly left: QueuedUpdate[] } {
    const { updates, unrepeatable, bytes: maxBytes, bytesOf } = this.#limits;
    const taken: QueuedUpdate[] = [];
    const left: QueuedUpdate[] = [];
    /** Lanes that are free, of which an update is left: none behind it may overtake it. */
    const passed = new Set<number>();
    let bytes = 0;
    for (const [at, queued] of this.#waiting.entries()) {
      const { lane, isRepeatable } = queued.update;
      const isOther = isRepeatable !== (taken[0]?.update ?? queued.update).isRepeatable;
      if (isOther) passed.add(lane);
      if (this.#busy[lane] === 1 || isOther || passed.has(lane)) {
        left.push(queued);
        continue;
      }
      bytes += bytesOf(queued.update);
      const most = isRepeatable ? updates : unrepeatable;
      if (taken.length > 0 && (taken.length >= most || bytes > maxBytes))
        return { taken, left: left.concat(this.#waiting.slice(at)) };
      taken.push(queued);
    }
    return { taken, left };
  }

  /** The lanes of these updates are free again. */
  free(taken: readonly QueuedUpdate[]): void {
    for (const { update } of taken) {
      if (this.#busy[update.lane] === 0) continue;
      this.#busy[update.lane] = 0;
      this.#ready += this.#waitingIn[update.lane] ?? 0;
    }
  }

  /** Takes out what waits in the lanes of these updates: it must not be sent before them. */
  drain(pending: readonly QueuedUpdate[]): readonly QueuedUpdate[] {
    if (pending.length === 0) return [];
    const lanes = new Set(pending.map(({ update }) => update.lane));
    const isDrained = ({ update }: QueuedUpdate): boolean => lanes.has(update.lane);
    const drained = this.#waiting.filter(isDrained);
    this.#waiting = this.#waiting.filter((queued) => !isDrained(queued));
    for (const queued of drained) this.#count(queued, -1);
    return drained;
  }

  #hold(lane: number): void {
    if (this.#busy[lane] === 1) return;
    this.#busy[lane] = 1;
    this.#ready -= this.#waitingIn[lane] ?? 0;
  }

  #count({ update: { lane } }: QueuedUpdate, change: 1 | -1): void {
    this.#waitingIn[lane] = (this.#waitingIn[lane] ?? 0) + change;
    if (this.#busy[lane] === 0) this.#ready += change;
  }
}
