/** Cloud Run kills an instance ten seconds after SIGTERM. https://cloud.google.com/run/docs/container-contract#instance-shutdown */
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
  /** Registers a request that is to be waited for. */
  track<T>(request: Promise<T>): Promise<T>;
}

/**
 * Waits for SIGTERM. The functions framework exits at once on it, with every request under way unanswered, so its own
 * listeners are replaced: requests get five seconds to finish what they do, four to hand over what is left, and then
 * the process ends. What is not answered by then is redelivered.
 */
export function createShutdown(): Shutdown {
  const requests = new Set<Promise<unknown>>();
  const listeners: (() => void)[] = [];
  const abort = new AbortController();
  let isStopping = false;

  const stop = (): void => {
    isStopping = true;
    for (const listener of listeners) listener();
    setTimeout(() => {
      abort.abort();
    }, FINISH_MS).unref();
    // The server keeps listening, so that nothing but this ends the process.
    setTimeout(() => process.exit(0), EXIT_MS).unref();
    void Promise.allSettled(requests).then(() => setImmediate(() => process.exit(0)));
  };
  process.removeAllListeners("SIGTERM");
  process.once("SIGTERM", stop);

  return {
    isStopping: () => isStopping,
    signal: abort.signal,
    onStopping: (listener) => {
      listeners.push(listener);
    },
    track: (request) => {
      requests.add(request);
      const forget = (): void => void requests.delete(request);
      request.then(forget, forget);
      return request;
    },
  };
}
