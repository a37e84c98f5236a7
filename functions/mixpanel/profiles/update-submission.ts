import type { Deadline } from "../../platform/deadline.ts";
import type { Rejection } from "../part-outcome.ts";
import type { Settled } from "./order-progress.ts";

/** What updates are sent under. */
export interface UpdateContext {
  readonly deadline: Deadline;
  /** How often Pub/Sub has delivered what they came in. */
  readonly deliveryAttempt: number;
  /**
   * Told as soon as one of them is pending, or has failed, and before its lane is free again: the
   * others may be in flight for long.
   */
  readonly onPending?: (retryReason: string) => void;
}

/** What became of updates: every one is exactly one of the four. */
export interface UpdateDelivery {
  readonly imported: number;
  readonly rejected: readonly Rejection[];
  /** Accepted without a count: nobody knows whether they are stored. */
  readonly unconfirmed: number;
  /** Indexes: these have to be sent again, in their order. */
  readonly pending: readonly number[];
  /** Why something is pending: a fixed text, nothing that Mixpanel said. */
  readonly retryReason: string | undefined;
  readonly requests: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
}

/** Updates that were handed in together, on their way in however many requests. */
export class UpdateSubmission {
  readonly context: UpdateContext;
  readonly outcome: Promise<UpdateDelivery>;
  readonly #settle: PromiseWithResolvers<UpdateDelivery>;
  readonly #rejected: Rejection[] = [];
  readonly #pending: number[] = [];
  #left: number;
  #imported = 0;
  #unconfirmed = 0;
  #retryReason: string | undefined;
  #failure: { readonly error: unknown } | undefined;
  #requests = 0;
  #retries = 0;

  /** @param updates how many there are */
  constructor(updates: number, context: UpdateContext) {
    this.context = context;
    this.#left = updates;
    this.#settle = Promise.withResolvers();
    this.outcome = this.#settle.promise;
    if (updates === 0) this.#conclude();
  }

  /** Requests that were made for these updates, and maybe others. */
  addRequests(requests: number, retries: number): void {
    this.#requests += requests;
    this.#retries += retries;
  }

  /** It is known what became of an update; with the last one the submission is over. */
  settle(index: number, settled: NonNullable<Settled>): void {
    if (settled === "imported") this.#imported++;
    else if (settled === "unconfirmed") this.#unconfirmed++;
    else this.#rejected.push({ index, problem: settled });
    this.#countDown();
  }

  /** An update has to be sent again. */
  postpone(index: number, retryReason: string): void {
    this.#pending.push(index);
    this.#retryReason ??= retryReason;
    this.context.onPending?.(retryReason);
    this.#countDown();
  }

  /** An update met a bug of ours. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.context.onPending?.("something before it failed");
    this.#countDown();
  }

  #countDown(): void {
    this.#left--;
    if (this.#left === 0) this.#conclude();
  }

  #conclude(): void {
    if (this.#failure !== undefined) {
      this.#settle.reject(this.#failure.error);
      return;
    }
    this.#settle.resolve({
      imported: this.#imported,
      rejected: this.#rejected,
      unconfirmed: this.#unconfirmed,
      pending: this.#pending,
      retryReason: this.#retryReason,
      requests: this.#requests,
      retries: this.#retries,
    });
  }
}
