import { setImmediate as nextTurn } from "node:timers/promises";

/** A clock on which only what waits takes time; a deployment of minutes takes milliseconds. */
export interface Clock {
  /** Seconds since the story began. */
  now(): number;
  sleep(seconds: number): Promise<void>;
  /**
   * Lets time pass, alarm by alarm, until `work` is done. What else waits goes on in the next run.
   *
   * @throws Error when nothing waits any more and `work` is still not done
   */
  run<T>(work: Promise<T>): Promise<T>;
}

export function createClock(): Clock {
  let time = 0;
  const alarms: { readonly at: number; readonly ring: () => void }[] = [];

  const sleep = (seconds: number): Promise<void> =>
    new Promise((resolve) => {
      const at = time + seconds;
      const behind = alarms.findLastIndex((alarm) => alarm.at <= at);
      alarms.splice(behind + 1, 0, { at, ring: resolve });
    });

  return {
    now: () => time,
    sleep,
    run: async (work) => {
      const watched: { isDone: boolean } = { isDone: false };
      const done = (): void => {
        watched.isDone = true;
      };
      void work.then(done, done);
      await nextTurn();
      while (!watched.isDone) {
        const next = alarms.shift();
        if (next === undefined) throw new Error("nothing waits, and the work is not done");
        time = Math.max(time, next.at);
        next.ring();
        await nextTurn();
      }
      return work;
    },
  };
}

/** Runs `work` with the global `setTimeout` on `clock`: hooks of the program wait by it. */
export async function withTimersOf<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const real = globalThis.setTimeout;
  const simulated = (callback: () => void, ms = 0): void => {
    void clock.sleep(ms / 1000).then(callback);
  };
  globalThis.setTimeout = simulated as unknown as typeof real;
  try {
    return await work();
  } finally {
    globalThis.setTimeout = real;
  }
}
