/** The learned limit never falls below this: a proxy's mistake must not mean an event a request. */
export const MIN_LIMIT_BYTES = 64 * 1024;

/** After so many requests without a 413 the limit doubles: whoever set it may have raised it. */
const REQUESTS_BEFORE_GROWTH = 50;

/** The largest request that Mixpanel, or what stands before it, seems to take. */
export interface SizeLimit {
  /** Uncompressed bytes; Infinity until the first 413. */
  readonly bytes: () => number;
  /**
   * A request of so many bytes was refused as too large; `named`: the limit that the response
   * names.
   */
  readonly refused: (bytes: number, named: number | undefined) => void;
  /** A request was not refused as too large. */
  readonly passed: () => void;
}

/** https://docs.mixpanel.com/troubleshooting/errors/413-payload-too-large */
export function createSizeLimit(): SizeLimit {
  let limit = Infinity;
  let passed = 0;
  return {
    bytes: () => limit,
    refused: (bytes, named) => {
      // A limit that the request was within says nothing.
      const learned = named !== undefined && named < bytes ? named : Math.floor(bytes / 2);
      limit = Math.max(MIN_LIMIT_BYTES, Math.min(limit, learned));
      passed = 0;
    },
    passed: () => {
      if (limit === Infinity || ++passed < REQUESTS_BEFORE_GROWTH) return;
      limit *= 2;
      passed = 0;
    },
  };
}
