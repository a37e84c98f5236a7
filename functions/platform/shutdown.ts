/**
 * Cloud Run kills an instance ten seconds after SIGTERM.
 * https://cloud.google.com/run/docs/container-contract#instance-shutdown
 */
const FINISH_MS = 5_000;
const EXIT_MS = 9_000;

/** The end of the instance, seen from the requests in it. */
export interface Shutdown {
  /** No work may be started any more. */
  readonly isStopping: () => boolean;
  /** Aborted when what is under way has to end at once. */
  readonly signal: AbortSignal;
  /** Called when no work may be started any more. */
  readonly onStopping: (listener: () => void) => void;
  /** A request is under way, and is waited for; returns what to call once it has its response. */
  readonly enter: () => () => void;
}

/**
 * Waits for SIGTERM. The functions framework exits at once on it, with every request under way
 * unanswered, so its own listeners are replaced: requests get five seconds to finish what they do,
 * four to hand over what is left, and then the process ends. What has no response by then is
 * redelivered.
 */
export function createShutdown(): Shutdown {
  let underWay = 0;
  const listeners: (() => void)[] = [];
  const abort = new AbortController();
  let isStopping = false;

  const exitWhenDone = (): void => {
    // A turn later the responses have been written.
    if (isStopping && underWay === 0) setImmediate(() => process.exit(0));
  };
  const stop = (): void => {
    isStopping = true;
    for (const listener of listeners) listener();
    setTimeout(() => {
      abort.abort();
    }, FINISH_MS).unref();
    // The server keeps listening, so that nothing but this ends the process.
    setTimeout(() => process.exit(0), EXIT_MS).unref();
    exitWhenDone();
  };
  // Ours first: while there is no listener at all, a signal that has come is forgotten.
  const others = process.listeners("SIGTERM");
  process.once("SIGTERM", stop);
  for (const other of others) process.removeListener("SIGTERM", other);

  return {
    isStopping: () => isStopping,
    signal: abort.signal,
    onStopping: (listener) => {
      listeners.push(listener);
    },
    // Counted, not kept as promises: under the functions framework, whose domains watch each
    // promise, one costs several microseconds, a good part of what a message may cost.
    enter: () => {
      underWay++;
      return () => {
        underWay--;
        exitWhenDone();
      };
    },
  };
}
