import type { EventBytes } from "../event/record.ts";
import type { BatchBuilder } from "../mixpanel/destinations/import/event-batch.ts";
import type { Deadline } from "../platform/deadline.ts";
import { postponeBatch, type SharedBatch } from "./shared-batch.ts";

export interface BatchQueueOptions {
  readonly newBuilder: () => BatchBuilder;
  /** Sends a batch and settles its events. Never rejects. */
  readonly send: (batch: SharedBatch) => Promise<void>;
  /** Longest an event waits for others, in milliseconds. */
  readonly lingerMs: number;
  /**
   * Most batches under way at once; further ones wait here, so that nothing is sent after a
   * refusal.
   */
  readonly maxInFlight: number;
  readonly now: () => number;
}

/**
 * Decides when a batch goes: when it is full, when its oldest event has waited for `lingerMs`, or
 * at once when nothing is under way: then there is no company to wait for, and a lone message is
 * not delayed. While requests are under way others gather, so the more there is to do, the larger
 * the batches become by themselves.
 */
export class BatchQueue {
  readonly #options: BatchQueueOptions;
  /** Being filled; identity events apart from all others. */
  readonly #filling = new Map<boolean, SharedBatch>();
  /** Full, but there is no room for a further request. */
  readonly #waiting = new Set<SharedBatch>();
  #underWay = 0;

  constructor(options: BatchQueueOptions) {
    this.#options = options;
  }

  /** The batch that takes `event`: the one being filled, or a new one when it does not fit. */
  batchFor(event: EventBytes, deadline: Deadline): SharedBatch {
    const found = this.#filling.get(event.isIdentity);
    if (found?.builder.fits([event]) === true) return found;
    if (found !== undefined) this.close(found);
    const { newBuilder, lingerMs, now } = this.#options;
    const batch: SharedBatch = {
      builder: newBuilder(),
      isIdentity: event.isIdentity,
      owners: [],
      deadline,
      timer: undefined,
      dueAt: now() + lingerMs,
      isDue: false,
    };
    this.#filling.set(event.isIdentity, batch);
    // Zero is the end of this turn of the event loop: what has arrived together goes together.
    batch.timer = setTimeout(
      () => {
        this.#becomeDue(batch);
      },
      this.#underWay === 0 ? 0 : lingerMs,
    );
    return batch;
  }

  /** Takes nothing more into a batch: it is full. */
  close(batch: SharedBatch): void {
    this.#filling.delete(batch.isIdentity);
    this.#waiting.add(batch);
    this.#sendOrWait(batch);
  }

  /**
   * Sends what has waited long enough. Timers are late when there is much to do: the event loop
   * looks at them after everything that has arrived.
   */
  sendOverdue(): void {
    const now = this.#options.now();
    for (const batch of this.#filling.values())
      if (!batch.isDue && now > batch.dueAt) this.#becomeDue(batch);
  }

  /** Sends what is waiting for company. */
  flush(): void {
    for (const batch of [...this.#filling.values()]) this.#becomeDue(batch);
  }

  #becomeDue(batch: SharedBatch): void {
    batch.isDue = true;
    this.#sendOrWait(batch);
  }

  /** Without room for its request a batch waits for as long as there is time. */
  #sendOrWait(batch: SharedBatch): void {
    const { maxInFlight, now } = this.#options;
    if (this.#underWay < maxInFlight) {
      this.#send(batch);
      return;
    }
    clearTimeout(batch.timer);
    batch.timer = setTimeout(() => {
      this.#remove(batch);
      postponeBatch(batch, "the time is up");
      batch.builder.release();
    }, batch.deadline.startBy - now());
  }

  #send(batch: SharedBatch): void {
    this.#remove(batch);
    this.#underWay++;
    void this.#options.send(batch).then(() => {
      this.#underWay--;
      this.#sendNext();
    });
  }

  #sendNext(): void {
    while (this.#underWay < this.#options.maxInFlight) {
      const [next] = this.#waiting;
      const due =
        next ?? [...this.#filling.values()].find(({ isDue }) => isDue || this.#underWay === 0);
      if (due === undefined) return;
      this.#send(due);
    }
  }

  #remove(batch: SharedBatch): void {
    clearTimeout(batch.timer);
    this.#waiting.delete(batch);
    if (this.#filling.get(batch.isIdentity) === batch) this.#filling.delete(batch.isIdentity);
  }
}
