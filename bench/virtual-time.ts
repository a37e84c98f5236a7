import { setImmediate as nextTurn } from "node:timers/promises";

/** A clock that runs as fast as the program does: waiting costs nothing. */
export interface VirtualTime {
  /** Milliseconds since the beginning. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass, event by event, until `untilMs`. */
  readonly run: (untilMs: number) => Promise<void>;
}

/** Time for simulations. Everything that waits has to wait through `sleep`. */
export function createVirtualTime(): VirtualTime {
  let time = 0;
  const alarms: { at: number; ring: () => void }[] = [];

  const add = (at: number, ring: () => void): void => {
    const behind = alarms.findLastIndex((alarm) => alarm.at <= at);
    alarms.splice(behind + 1, 0, { at, ring });
  };
  return {
    now: () => time,
    sleep: (ms) =>
      new Promise((resolve) => {
        add(time + ms, resolve);
      }),
    run: async (untilMs) => {
      await nextTurn();
      for (let next = alarms[0]; next !== undefined && next.at <= untilMs; next = alarms[0]) {
        alarms.shift();
        time = Math.max(time, next.at);
        next.ring();
        // Whatever this sets off happens before time goes on.
        await nextTurn();
      }
      time = untilMs;
    },
  };
}
