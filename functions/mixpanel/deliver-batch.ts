import { UnavailableError } from "../platform/errors.ts";
import { interpretResponse, type FailedRow, type Meaning } from "./response.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import { lengthOf, pickEvents, type EventBatch } from "./event-batch.ts";
import type { PostBatch, TimeLimits } from "./import-client.ts";
import { halvesOf, bisect } from "./bisect.ts";
import {
  mergeOutcomes,
  EMPTY_OUTCOME,
  pendingOutcome,
  rejectedOutcome,
  suspectOutcome,
  type PartOutcome,
  type Rejection,
} from "./part-outcome.ts";

/**
 * What became of a batch: every event is exactly one of imported, rejected or pending (not now: it has to be sent
 * again, with the same id).
 */
export interface Delivery {
  readonly imported: number;
  readonly rejected: readonly Rejection[];
  /** Indexes in the batch. */
  readonly pending: readonly number[];
  /** Why something is pending: a fixed text, nothing that Mixpanel said. */
  readonly retryReason: string | undefined;
  readonly requests: number;
  /** Attempts beyond the first of each request. */
  readonly retries: number;
}

export interface DeliverOptions {
  readonly post: PostBatch;
  readonly circuitBreaker: CircuitBreaker;
  readonly now: () => number;
}

/** `isIdentity`: identity events, which Mixpanel refuses as a whole in projects that have no use for them. */
export type DeliverBatch = (
  batch: EventBatch,
  limits: TimeLimits,
  isIdentity: boolean,
) => Promise<Delivery>;

const NOT_IMPORTED = "accepted but not imported";

/**
 * Makes the function that brings a batch to Mixpanel and finds out what became of each event, also when the response does
 * not say. It remembers the largest request Mixpanel takes, for as long as the instance lives.
 */
export function createDeliverBatch({ post, circuitBreaker, now }: DeliverOptions): DeliverBatch {
  const known = { maxBytes: Infinity };

  return async (batch, limits, isIdentity) => {
    /** One request about `indexes`, and what it settles; what it leaves open comes back as `refused`. */
    const send = async (indexes: readonly number[], isRepeated: boolean): Promise<PartOutcome> => {
      if (indexes.length === 0) return EMPTY_OUTCOME;
      const part = indexes.length === lengthOf(batch) ? batch : pickEvents(batch, indexes);
      if (part.bytes.length > known.maxBytes && indexes.length > 1)
        return await sendHalves(indexes, isRepeated);
      const closed =
        circuitBreaker.reason() ?? (now() >= limits.startBy ? "the time is up" : undefined);
      if (closed !== undefined) return pendingOutcome(indexes, closed);
      const asked = await ask(post, part, limits);
      if (asked.meaning === undefined)
        return { ...pendingOutcome(indexes, asked.retryReason), requests: 1 };
      const outcome = await settle(indexes, part, asked.meaning, isRepeated);
      return mergeOutcomes({ ...EMPTY_OUTCOME, requests: 1, retries: asked.retries }, outcome);
    };

    const sendHalves = async (indexes: readonly number[], isRepeated: boolean) => {
      const [first = [], second = []] = halvesOf({ indexes });
      return mergeOutcomes(await send(first, isRepeated), await send(second, isRepeated));
    };

    /** What a response means for the events it is about. */
    const settle = async (
      indexes: readonly number[],
      part: EventBatch,
      meaning: Meaning,
      isRepeated: boolean,
    ): Promise<PartOutcome> => {
      switch (meaning.kind) {
        case "imported": {
          const { outcome, rest } = rejectRows(indexes, meaning.rows);
          return { ...outcome, imported: rest.length };
        }
        case "miscounted": {
          const { outcome, rest } = rejectRows(indexes, meaning.rows);
          const again = isRepeated ? miscounted(rest, meaning.imported) : await send(rest, true);
          return mergeOutcomes(outcome, again);
        }
        case "unexplained": {
          if (isIdentity && meaning.isWhole) return rejectedOutcome(indexes, meaning.error);
          const { outcome, rest } = rejectRows(indexes, meaning.rows);
          // Without the known culprits the others may pass: they are asked about once before they are halved.
          const mayPass = meaning.rows.length > 0 && !isRepeated;
          return mergeOutcomes(
            outcome,
            mayPass ? await send(rest, true) : suspectOutcome(rest, meaning.error),
          );
        }
        case "too-large":
          if (indexes.length === 1) return tooLarge(indexes);
          // Whatever limit the response names, this was too large.
          known.maxBytes = Math.min(
            meaning.limit ?? Infinity,
            part.bytes.length - 1,
            known.maxBytes,
          );
          return await sendHalves(indexes, isRepeated);
        case "credentials":
          circuitBreaker.reportBadCredentials(meaning.status);
          return pendingOutcome(indexes, "Mixpanel refused the credentials");
        case "unknown":
          return pendingOutcome(indexes, `Mixpanel answered ${meaning.status}`);
      }
    };

    const first = await send([...batch.ends.keys()], false);
    const isolated = await bisect(
      first.refused,
      (indexes) => send(indexes, true),
      circuitBreaker.reportOutage,
    );
    const { refused, ...delivery } = mergeOutcomes({ ...first, refused: [] }, isolated);
    return delivery;
  };
}

type Asked =
  | { readonly meaning: Meaning; readonly retries: number }
  | { readonly meaning: undefined; readonly retryReason: string };

async function ask(post: PostBatch, part: EventBatch, limits: TimeLimits): Promise<Asked> {
  try {
    const response = await post(part, limits);
    return { meaning: interpretResponse(response, lengthOf(part)), retries: response.attempts - 1 };
  } catch (error) {
    if (error instanceof UnavailableError)
      return { meaning: undefined, retryReason: error.message };
    throw error;
  }
}

/** The events that the rows name, rejected, and the others. */
function rejectRows(
  indexes: readonly number[],
  rows: readonly FailedRow[],
): { outcome: PartOutcome; rest: readonly number[] } {
  const byIndex = new Map(rows.map((row) => [row.index, row]));
  const rejected: Rejection[] = [];
  const rest = indexes.filter((index, at) => {
    const row = byIndex.get(at);
    if (row === undefined) return true;
    rejected.push({ index, problem: { reason: "rejected", field: row.field, error: row.error } });
    return false;
  });
  return { outcome: { ...EMPTY_OUTCOME, rejected }, rest };
}

/** Sent twice, and the count was off twice: the events are looked at one by one. */
function miscounted(indexes: readonly number[], imported: number | undefined): PartOutcome {
  if (indexes.length > 1 || imported === 0) return suspectOutcome(indexes, NOT_IMPORTED);
  return pendingOutcome(indexes, "Mixpanel's count makes no sense");
}

function tooLarge(indexes: readonly number[]): PartOutcome {
  const error = "larger than Mixpanel takes in one request";
  const rejected = indexes.map((index) => ({
    index,
    problem: { reason: "too-large", field: "", error } as const,
  }));
  return { ...EMPTY_OUTCOME, rejected };
}
