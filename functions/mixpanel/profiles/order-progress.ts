import type { Problem } from "../../event/problem.ts";
import type { Deadline } from "../../platform/deadline.ts";
import { ask, type Asked, type Route } from "../ask.ts";
import type { UpdateBatch } from "../destinations/profiles/profile-destination.ts";
import type { FailedRow } from "../meaning.ts";
import { rejectRows } from "../part-outcome.ts";

export interface OrderOptions extends Route<UpdateBatch> {
  readonly random: () => number;
}

/** What updates are delivered under. */
export interface OrderContext {
  readonly deadline: Deadline;
  /** How often Pub/Sub has delivered what the update with that index came in. */
  readonly deliveryAttemptOf: (index: number) => number;
}

/**
 * What became of an update: stored; accepted without a count, so that nobody knows whether it is
 * stored; or refused, and why. Undefined: it is pending.
 */
export type Settled = "imported" | "unconfirmed" | Problem | undefined;

/** What became of the updates of a request. */
export interface OrderedOutcome {
  /** Of each update. What is pending has to be sent again, in its order. */
  readonly settled: readonly Settled[];
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
  /** Of each update. */
  readonly settled: Settled[];
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
    settled: updates.map(() => undefined),
    lastImported: undefined,
    isProven: false,
    ...{ requests: 0, retries: 0 },
  };
}

/** Whether it is known what became of an update. */
export function isSettled(index: number, { settled }: Progress): boolean {
  return settled[index] !== undefined;
}

/** What the delivery came to. */
export function outcomeOf(
  { settled, requests, retries }: Progress,
  retryReason: string | undefined,
): OrderedOutcome {
  return { settled, retryReason, requests, retries };
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
    progress.settled[index] = "imported";
    progress.lastImported = index;
  }
}

/** Rejects the named ones; the others. */
export function reject(
  indexes: readonly number[],
  rows: readonly FailedRow[],
  { settled }: Progress,
): readonly number[] {
  if (rows.length === 0) return indexes;
  const { rejected, rest } = rejectRows(indexes, rows);
  for (const { index, problem } of rejected) settled[index] = problem;
  return rest;
}
