import { hash } from "node:crypto";

/** Counts how often each of very many texts was seen, in 20 to 40 bytes a text. */
export interface FingerprintCounter {
  /**
   * Counts one more, and says how often the text was seen by now; 0 when it is new and there is no
   * room for it.
   */
  count(text: string): number;
  readonly size: number;
  /** False once a text found no room: from then on new texts are not told apart. */
  readonly isExact: boolean;
  clear(): void;
}

const FIRST_CAPACITY = 1 << 12;

interface Table {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly counts: Uint32Array;
}

const createTable = (capacity: number): Table => ({
  high: new Uint32Array(capacity),
  low: new Uint32Array(capacity),
  counts: new Uint32Array(capacity),
});

/**
 * An open-addressing hash table of the first 64 bits of SHA-1. Among ten million texts the chance
 * that any two are taken for one is about 3 in a million.
 *
 * @param maxSize most texts told apart; 20 million take 400 MB.
 */
export function createFingerprintCounter(maxSize = 20_000_000): FingerprintCounter {
  let table = createTable(FIRST_CAPACITY);
  let size = 0;
  let isExact = true;

  const grow = (): void => {
    const old = table;
    table = createTable(old.counts.length * 2);
    old.counts.forEach((count, slot) => {
      if (count === 0) return;
      const target = findSlot(table, old.high[slot] ?? 0, old.low[slot] ?? 0);
      copySlot(old, slot, table, target);
    });
  };

  const count = (text: string): number => {
    const { high, low } = fingerprint(text);
    const slot = findSlot(table, high, low);
    const seen = table.counts[slot] ?? 0;
    if (seen === 0 && size >= maxSize) {
      isExact = false;
      return 0;
    }
    table.high[slot] = high;
    table.low[slot] = low;
    table.counts[slot] = seen + 1;
    if (seen === 0) size += 1;
    if (size * 5 > table.counts.length * 3) grow();
    return seen + 1;
  };

  const clear = (): void => {
    table = createTable(FIRST_CAPACITY);
    size = 0;
    isExact = true;
  };

  return {
    count,
    clear,
    get size() {
      return size;
    },
    get isExact() {
      return isExact;
    },
  };
}

/** `binary` is the cheapest form in which a digest comes out of OpenSSL: one character a byte. */
function fingerprint(text: string): { high: number; low: number } {
  const digest = hash("sha1", text, "binary");
  return { high: word(digest, 0), low: word(digest, 4) };
}

function word(digest: string, at: number): number {
  const bytes =
    (digest.charCodeAt(at) << 24) |
    (digest.charCodeAt(at + 1) << 16) |
    (digest.charCodeAt(at + 2) << 8) |
    digest.charCodeAt(at + 3);
  return bytes >>> 0;
}

/** The slot of a fingerprint, or the free one where it belongs; capacities are powers of two. */
function findSlot({ high, low, counts }: Table, wantedHigh: number, wantedLow: number): number {
  const mask = counts.length - 1;
  let slot = wantedLow & mask;
  while (counts[slot] !== 0 && (high[slot] !== wantedHigh || low[slot] !== wantedLow))
    slot = (slot + 1) & mask;
  return slot;
}

function copySlot(from: Table, source: number, to: Table, target: number): void {
  to.high[target] = from.high[source] ?? 0;
  to.low[target] = from.low[source] ?? 0;
  to.counts[target] = from.counts[source] ?? 0;
}
