/** Whole numbers from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** https://en.wikipedia.org/wiki/Xorshift: the same numbers for the same seed, on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}
