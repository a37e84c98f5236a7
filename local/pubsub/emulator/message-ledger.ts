import type { PushResponse } from "../push-request.ts";

/** What is known of one subscription's messages. */
export interface LedgerCounts {
  /** Published to its topic. */
  readonly received: number;
  readonly acknowledged: number;
  /** Given up by Pub/Sub and forwarded to the dead-letter topic. */
  readonly deadLettered: number;
  /** The latest response that was not an acknowledgement. */
  readonly lastFailure: PushResponse | undefined;
}

/**
 * Counts the messages of one subscription from the outside, since the emulator has no figures: what
 * was published to its topic, and how each delivery ended. Holds one entry for each message that is
 * not settled.
 */
export interface MessageLedger {
  /**
   * Messages are about to be published; they count as not settled at once. Returns how to tell
   * their ids, none when it failed.
   */
  publishing(count: number): (messageIds: readonly string[]) => void;
  /** A delivery begins. A message published past the ledger is counted now. */
  delivered(messageId: string): void;
  acknowledged(messageId: string): void;
  refused(messageId: string, response: PushResponse): void;
  /**
   * The emulator forwarded a message; it does not tell which, so it is the one refused most often.
   */
  forwarded(): void;
  /** Messages that are not settled. */
  backlog(): number;
  counts(): LedgerCounts;
}

/**
 * A push may overtake the response to the publish request: ids seen before they were told; the
 * oldest are forgotten.
 */
const MAX_EARLY = 10_000;

export function createMessageLedger(onChange: () => void): MessageLedger {
  /** Refusals by message id. */
  const unsettled = new Map<string, number>();
  const early = new Set<string>();
  let announced = 0;
  let counts: LedgerCounts = {
    received: 0,
    acknowledged: 0,
    deadLettered: 0,
    lastFailure: undefined,
  };

  const add = (messageId: string): void => {
    unsettled.set(messageId, 0);
    counts = { ...counts, received: counts.received + 1 };
  };

  return {
    publishing: (count) => {
      announced += count;
      return (messageIds) => {
        announced -= count;
        for (const id of messageIds) if (!early.delete(id)) add(id);
        onChange();
      };
    },
    delivered: (messageId) => {
      if (unsettled.has(messageId)) return;
      add(messageId);
      early.add(messageId);
      if (early.size > MAX_EARLY) for (const oldest of early) return void early.delete(oldest);
    },
    acknowledged: (messageId) => {
      if (unsettled.delete(messageId))
        counts = { ...counts, acknowledged: counts.acknowledged + 1 };
      onChange();
    },
    refused: (messageId, lastFailure) => {
      counts = { ...counts, lastFailure };
      const refusals = unsettled.get(messageId);
      if (refusals !== undefined) unsettled.set(messageId, refusals + 1);
    },
    forwarded: () => {
      const [messageId] = [...unsettled].reduce(
        (most, entry) => (entry[1] > most[1] ? entry : most),
        ["", -1],
      );
      unsettled.delete(messageId);
      counts = { ...counts, deadLettered: counts.deadLettered + 1 };
      onChange();
    },
    backlog: () => announced + unsettled.size,
    counts: () => counts,
  };
}
