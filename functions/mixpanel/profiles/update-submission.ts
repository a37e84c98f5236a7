import type { Deadline } from "../../platform/deadline.ts";
import type { Rejection } from "../part-outcome.ts";

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

/** How one update ended. */
export type UpdateEnd =
  | { readonly kind: "imported" }
  | { readonly kind: "unconfirmed" }
  | { readonly kind: "rejected"; readonly rejection: Rejection }
  | { readonly kind: "pending"; readonly index: number; readonly retryReason: string }
  /** A bug of ours. */
  | { readonly kind: "failed"; readonly error: unknown };

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

  /** One update has come to its end; with the last one the submission has. */
  end(end: UpdateEnd): void {
    switch (end.kind) {
      case "imported":
        this.#imported++;
        break;
      case "unconfirmed":
        this.#unconfirmed++;
        break;
      case "rejected":
        this.#rejected.push(end.rejection);
        break;
      case "pending":
        this.#pending.push(end.index);
        this.#retryReason ??= end.retryReason;
        this.context.onPending?.(end.retryReason);
        break;
      case "failed":
        this.#failure ??= { error: end.error };
        this.context.onPending?.("something before it failed");
        break;
    }
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
