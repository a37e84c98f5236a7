import type { Subscriber } from "../google/subscriber.ts";
import { AT_ONCE, CHUNK, inChunks } from "./in-chunks.ts";

/** The letters that this process keeps from other readers: their ids, and nothing else of them. */
export interface Leases {
  /** @returns false when it is held already: then it was delivered once more */
  add(messageId: string, ackId: string): boolean;
  /** What acknowledges them. */
  ackIdsOf(messageIds: readonly string[]): readonly string[];
  /** They are acknowledged, and held no longer. */
  drop(messageIds: readonly string[]): void;
  readonly size: () => number;
  /**
   * Whether more cannot be held: there is no memory for them, or, as fast as the service was so
   * far, a lease would end before it is extended.
   */
  readonly isFull: () => boolean;
  /** Ends the extensions, and has everything that is held delivered again at once. */
  release(subscriber: Pick<Subscriber, "modifyAckDeadline">): Promise<void>;
}

export interface LeaseOptions {
  /** That a lease lasts, 10 to 600. */
  readonly seconds: number;
  /** What may be held, in megabytes of memory. @default 100, which are some 300,000 letters */
  readonly maxMegabytes?: number;
  /** Milliseconds, monotonic. @default performance.now */
  readonly now?: () => number;
}

const MAX_MEGABYTES = 100;
/** Of a letter beside its two ids, in a map of them. */
const ENTRY_BYTES = 100;
/** Extended three times in the time that a lease lasts: two of them may fail. */
const RENEWALS = 3;

/**
 * Holds letters for as long as a pass goes on, those too that are not meant: whatever is given back
 * is delivered again at once, and the pass would never end.
 *
 * Leases are short, so that what a killed process held comes back soon.
 */
export function createLeases(
  subscriber: Pick<Subscriber, "modifyAckDeadline">,
  options: LeaseOptions,
): Leases {
  const { seconds, maxMegabytes = MAX_MEGABYTES, now = () => performance.now() } = options;
  const held = new Map<string, string>();
  let bytes = 0;
  let isRenewing = false;
  /** How long requests took that went at once, in the last round. */
  let waveMs = 0;
  const extend = async (ackIds: readonly string[]): Promise<void> => {
    try {
      await subscriber.modifyAckDeadline(ackIds, seconds);
    } catch {
      // The next one may succeed; else they come once more, which changes nothing.
    }
  };
  const renew = async (): Promise<void> => {
    // A round that lasts longer goes to its end first: its letters are as due as the next one's.
    if (isRenewing || held.size === 0) return;
    isRenewing = true;
    const startedAt = now();
    const ackIds = [...held.values()];
    await inChunks(ackIds, extend);
    waveMs = (now() - startedAt) / wavesOf(ackIds.length);
    isRenewing = false;
  };
  const timer = setInterval(() => void renew(), (seconds * 1000) / RENEWALS);
  return {
    add: (messageId, ackId) => {
      const earlier = held.get(messageId);
      bytes += earlier === undefined ? bytesOf(messageId, ackId) : ackId.length - earlier.length;
      held.set(messageId, ackId);
      return earlier === undefined;
    },
    ackIdsOf: (messageIds) => messageIds.flatMap((id) => held.get(id) ?? []),
    drop: (messageIds) => {
      for (const id of messageIds) {
        const ackId = held.get(id);
        if (ackId === undefined) continue;
        held.delete(id);
        bytes -= bytesOf(id, ackId);
      }
    },
    size: () => held.size,
    isFull: () => {
      const waves = wavesOf(held.size);
      const isTooSlow = waves > 1 && waves * waveMs > (seconds * 1000) / 2;
      return isTooSlow || bytes >= maxMegabytes * 1e6;
    },
    release: async (last) => {
      clearInterval(timer);
      const ackIds = [...held.values()];
      held.clear();
      bytes = 0;
      // What fails comes back by itself, when its lease ends.
      const giveBack = (some: readonly string[]) =>
        last.modifyAckDeadline(some, 0).catch(() => undefined);
      await inChunks(ackIds, giveBack);
    },
  };
}

function bytesOf(messageId: string, ackId: string): number {
  return messageId.length + ackId.length + ENTRY_BYTES;
}

/** How often as many requests as may be under way at once it takes. */
function wavesOf(letters: number): number {
  return Math.ceil(letters / (CHUNK * AT_ONCE));
}
