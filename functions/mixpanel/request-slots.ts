/** A bounded number of places for requests in flight. */
export interface RequestSlots {
  /** Takes a place, as soon as there is one. @throws what `signal` is aborted with meanwhile */
  readonly take: (signal: AbortSignal) => Promise<void>;
  /** Gives a place back, to the first in line. */
  readonly release: () => void;
}

/** @param max places in all */
export function createRequestSlots(max: number): RequestSlots {
  const line: (() => void)[] = [];
  let taken = 0;
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (taken < max) taken++;
      else await waitInLine(line, signal);
    },
    release: () => {
      const next = line.shift();
      if (next === undefined) taken--;
      else next();
    },
  };
}

/** Waits for a place; whoever is aborted leaves the line. */
function waitInLine(line: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = (): void => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    };
    const giveUp = (): void => {
      line.splice(line.indexOf(take), 1);
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    signal.addEventListener("abort", giveUp, { once: true });
    line.push(take);
  });
}
