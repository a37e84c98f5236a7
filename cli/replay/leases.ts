import type { Subscriber } from "../google/subscriber.ts";

/** The letters that this process keeps from other readers: their ids, and nothing else of them. */
export interface Leases {
  /** @returns false when it is held already: then it was delivered once more */
  add(messageId: string, ackId: string): boolean;
  /** What acknowledges them; they are held no longer. */
  take(messageIds: readonly string[]): readonly string[];
  readonly size: () => number;
  /** Ends the extensions, and has everything that is held delivered again at once. */
  release(subscriber: Pick<Subscriber, "modifyAckDeadline">): Promise<void>;
}

/** Extended three times in the time that a lease lasts: two of them may fail. */
const RENEWALS = 3;
/** Requests: 100,000 letters are a hundred. */
const AT_ONCE = 8;

/**
 * Holds letters for as long as a pass goes on, those too that are not meant: whatever is given back
 * is delivered again at once, and the pass would never end.
 *
 * Leases are short, so that what a killed process held comes back soon.
 *
 * @param seconds that a lease lasts, 10 to 600
 */
export function createLeases(
  subscriber: Pick<Subscriber, "modifyAckDeadline">,
  seconds: number,
): Leases {
  const held = new Map<string, string>();
  let renewal = Promise.resolve();
  const extend = async (ackIds: readonly string[]): Promise<void> => {
    try {
      await subscriber.modifyAckDeadline(ackIds, seconds);
    } catch {
      // The next one may succeed; else they come once more, which changes nothing.
    }
  };
  const timer = setInterval(
    () => {
      // One after the other: 100,000 letters are a hundred requests.
      renewal = renewal.then(() => extend([...held.values()]));
    },
    (seconds * 1000) / RENEWALS,
  );
  return {
    add: (messageId, ackId) => {
      const isNew = !held.has(messageId);
      held.set(messageId, ackId);
      return isNew;
    },
    take: (messageIds) => {
      const ackIds = messageIds.flatMap((id) => held.get(id) ?? []);
      for (const id of messageIds) held.delete(id);
      return ackIds;
    },
    size: () => held.size,
    release: async (last) => {
      clearInterval(timer);
      const ackIds = [...held.values()];
      held.clear();
      const share = Math.ceil(ackIds.length / AT_ONCE);
      const shares = Array.from({ length: AT_ONCE }, (_value, index) =>
        ackIds.slice(index * share, (index + 1) * share),
      );
      await Promise.allSettled(shares.map((some) => last.modifyAckDeadline(some, 0)));
    },
  };
}
