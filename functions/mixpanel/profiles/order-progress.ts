import type { Deadline } from "../../platform/deadline.ts";
import { ask, type Asked, type Route } from "../ask.ts";
import type { UpdateBatch } from "../destinations/profiles/profile-destination.ts";
import type { FailedRow } from "../meaning.ts";
import { rejectRows, type Rejection } from "../part-outcome.ts";

export interface OrderOptions extends Route<UpdateBatch> {
  readonly random: () => number;
}

/** What updates are delivered under. */
export interface OrderContext {
  readonly deadline: Deadline;
  /** How often Pub/Sub has delivered what the update with that index came in. */
  readonly deliveryAttemptOf: (index: number) => number;
}

/** What became of the updates of a request: each is in exactly one of the lists. */
export interface OrderedOutcome {
  readonly imported: readonly number[];
  readonly rejected: readonly Rejection[];
  /** Accepted without a count: nobody knows whether they are stored. */
  readonly unconfirmed: readonly number[];
  /** Not now: these have to be sent again, in their order. */
  readonly pending: readonly number[];
  readonly retryReason: string | undefined;
  readonly requests: number;
  readonly retries: number;
}

/** Updates that are still to be sent; `isRepeated`: they were sent before. */
export interface Part {
  readonly indexes: readonly number[];
  readonly isRepeated: boolean;
}

/** How far the delivery has come. */
export interface Progress {
  readonly updates: UpdateBatch;
  /** All of them may be repeated, or none. */
  readonly isRepeatable: boolean;
  readonly context: OrderContext;
  readonly options: OrderOptions;
  /** The next part is the last one: what precedes it is settled. */
  readonly left: Part[];
  readonly imported: Set<number>;
  readonly rejected: Map<number, Rejection>;
  readonly unconfirmed: Set<number>;
  /** The last update that was stored; undefined, too, when later ones may be. */
  lastImported: number | undefined;
  /** Whether Mixpanel was found to be well after a refusal. */
  isProven: boolean;
  requests: number;
  retries: number;
}

/** The beginning: everything is to be sent at once. */
export function startProgress(
  updates: UpdateBatch,
  context: OrderContext,
  options: OrderOptions,
): Progress {
  return {
    ...{ updates, context, options },
    isRepeatable: updates.every(({ isRepeatable }) => isRepeatable),
    left: [{ indexes: [...updates.keys()], isRepeated: false }],
    imported: new Set(),
    rejected: new Map(),
    unconfirmed: new Set(),
    lastImported: undefined,
    isProven: false,
    ...{ requests: 0, retries: 0 },
  };
}

/** Whether it is known what became of an update. */
export function isSettled(index: number, { imported, rejected, unconfirmed }: Progress): boolean {
  return imported.has(index) || rejected.has(index) || unconfirmed.has(index);
}

/** What the delivery came to; what is not settled is pending. */
export function outcomeOf(progress: Progress, retryReason: string | undefined): OrderedOutcome {
  const { updates, imported, rejected, unconfirmed, requests, retries } = progress;
  return {
    imported: [...imported],
    rejected: [...rejected.values()],
    unconfirmed: [...unconfirmed],
    pending: [...updates.keys()].filter((index) => !isSettled(index, progress)),
    ...{ retryReason, requests, retries },
  };
}

/** Sends one request, and counts it. */
export async function askAbout(
  indexes: readonly number[],
  isRepeated: boolean,
  progress: Progress,
): Promise<Asked> {
  const { updates, isRepeatable, context, options } = progress;
  const deliveryAttempt = context.deliveryAttemptOf(indexes[0] ?? 0);
  const asked = await ask(
    options.destination.pick(updates, indexes),
    { deadline: context.deadline, isRepeated, isRepeatable, isIdentity: false, deliveryAttempt },
    options,
  );
  if (asked.kind !== "unsent") progress.requests++;
  if (asked.kind === "answered") progress.retries += asked.retries;
  return asked;
}

/** The named ones are rejected, everything else is imported. */
export function settle(
  indexes: readonly number[],
  rows: readonly FailedRow[],
  progress: Progress,
): void {
  for (const index of reject(indexes, rows, progress)) {
    progress.imported.add(index);
    progress.lastImported = index;
  }
}

/** Rejects the named ones; the others. */
export function reject(
  indexes: readonly number[],
  rows: readonly FailedRow[],
  { rejected }: Progress,
): readonly number[] {
  const named = rejectRows(indexes, rows);
  for (const rejection of named.rejected) rejected.set(rejection.index, rejection);
  return named.rest;
}
