import { halvesOf } from "../bisect.ts";
import type { UpdateBatch } from "../destinations/profiles/profile-destination.ts";
import { REFUSES_EVERYTHING, type Suspicion, type Verdict } from "../verdict.ts";
import { isMixpanelWell } from "./is-mixpanel-well.ts";
import {
  askAbout,
  isSettled,
  outcomeOf,
  reject,
  settle,
  startProgress,
  type OrderContext,
  type OrderedOutcome,
  type OrderOptions,
  type Part,
  type Progress,
} from "./order-progress.ts";

/** After so many refusals in a row it is asked whether Mixpanel is still well. */
const MAX_REFUSALS_IN_A_ROW = 16;

/**
 * Delivers updates, all of which may be repeated or none, one request after the other. When some
 * are refused and it is not said which, they are bisected in their order: an update is never sent
 * before one of the same lane that precedes it is settled, so that the last one wins, as it would
 * have. What went with a refused one may have been stored: to send it again changes nothing.
 *
 * An update is given up only with evidence that Mixpanel is well (`verdict.ts`). Without it, all
 * that is left is pending.
 */
export async function deliverInOrder(
  updates: UpdateBatch,
  context: OrderContext,
  options: OrderOptions,
): Promise<OrderedOutcome> {
  const progress = startProgress(updates, context, options);
  for (let part = progress.left.pop(); part !== undefined; part = progress.left.pop()) {
    const indexes = part.indexes.filter((index) => !isSettled(index, progress));
    const retryReason = await sendPart({ ...part, indexes }, progress);
    if (retryReason !== undefined) return outcomeOf(progress, retryReason);
  }
  return outcomeOf(progress, undefined);
}

/** Sends a part and does what the verdict says; why nothing more can be sent now, or undefined. */
async function sendPart(part: Part, progress: Progress): Promise<string | undefined> {
  const { indexes, isRepeated } = part;
  if (indexes.length === 0) return undefined;
  const { destination, sizeLimit } = progress.options;
  const batch = destination.pick(progress.updates, indexes);
  if (indexes.length > 1 && destination.bytesOf(batch) > sizeLimit.bytes()) {
    putHalves(part, isRepeated, progress);
    return undefined;
  }
  const asked = await askAbout(indexes, isRepeated, progress);
  if (asked.kind !== "answered") return asked.retryReason;
  return await follow(asked.verdict, part, asked.ordinal, progress);
}

async function follow(
  verdict: Verdict,
  part: Part,
  ordinal: number,
  progress: Progress,
): Promise<string | undefined> {
  const { indexes } = part;
  switch (verdict.kind) {
    case "settle":
      settle(indexes, verdict.rows, progress);
      return undefined;
    case "unconfirmed":
      for (const index of indexes) progress.settled[index] = "unconfirmed";
      // It may be of the same profile, and sent once more it would undo these.
      progress.lastImported = undefined;
      return undefined;
    case "give-up":
      for (const index of indexes) progress.settled[index] = verdict.problem;
      return undefined;
    case "resend":
      putBack({ indexes: reject(indexes, verdict.rows, progress), isRepeated: true }, progress);
      return undefined;
    case "split":
      putHalves(part, false, progress);
      return undefined;
    case "suspect": {
      const rest = reject(indexes, verdict.rows, progress);
      return await suspect(rest, verdict.suspicion, ordinal, progress);
    }
    case "wait":
      return verdict.retryReason;
    case "pause":
      progress.options.circuitBreaker.reportBadCredentials(verdict.status);
      return "Mixpanel refused the credentials";
  }
}

function putBack(part: Part, { left }: Progress): void {
  left.push(part);
}

/** The first half is the next one. */
function putHalves({ indexes }: Part, isRepeated: boolean, progress: Progress): void {
  for (const half of halvesOf(indexes).toReversed())
    putBack({ indexes: half, isRepeated }, progress);
}

/** Updates refused without names: bisected, as long as Mixpanel is well. */
async function suspect(
  indexes: readonly number[],
  { mayBeCredentials }: Suspicion,
  ordinal: number,
  progress: Progress,
): Promise<string | undefined> {
  const { evidence, circuitBreaker } = progress.options;
  if (indexes.length === 0) return undefined;
  if (!progress.isRepeatable) return REFUSES_EVERYTHING;
  const isDoubtful =
    indexes.length === 1 ||
    !progress.isProven ||
    evidence.refusalsInARow() >= MAX_REFUSALS_IN_A_ROW;
  if (isDoubtful && !(await isMixpanelWell(indexes, ordinal, progress))) {
    if (mayBeCredentials) circuitBreaker.reportBadCredentials(403);
    return REFUSES_EVERYTHING;
  }
  progress.isProven = true;
  if (indexes.length === 1) putBack({ indexes, isRepeated: true }, progress);
  else putHalves({ indexes, isRepeated: true }, true, progress);
  return undefined;
}
