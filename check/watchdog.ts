import { Script } from "node:vm";

import { UserError } from "../functions/platform/user-error.ts";
import { startBusyWatch } from "./busy-watch.ts";
import { shortPath, type LocateOptions } from "./locate-errors.ts";

/** Longer than anything a transform does with one record, shorter than a person's patience. */
export const LIMIT_SECONDS = 5;
/** Each call within the limit starts a thread, so many records share one. */
const SLICE_MS = 100;

const ENTRY = "mixpanelGcpWatched";
const CALL = new Script(`${ENTRY}()`);

/** Runs the user's code, which may not return. */
export interface Watchdog {
  /**
   * Runs `work`. It is ended by force after the limit, and by Ctrl-C: without it, an endless
   * loop in a transform would leave nothing but SIGKILL
   * (https://nodejs.org/api/vm.html#scriptruninthiscontextoptions).
   *
   * @param describe what is in work, as the message names it: `a.ndjson line 3`
   * @throws UserError when it does not return, with the line of the transform that it is at; what
   *   `work` throws
   */
  run(work: () => void, describe: () => string): void;
}

/**
 * Makes a watchdog; its thread ends with the process.
 *
 * @param limitSeconds after which work is ended
 */
export function createWatchdog(options: LocateOptions, limitSeconds = LIMIT_SECONDS): Watchdog {
  const watch = startBusyWatch(options, limitSeconds * 1000);
  return {
    run: (work, describe) => {
      watch.enter();
      try {
        callWithin(limitSeconds, work);
      } catch (error) {
        if (hasCode(error, "ERR_SCRIPT_EXECUTION_TIMEOUT"))
          throw new UserError(
            `${describe()}: ${describeEndless(watch.place() || options.file, limitSeconds)}`,
          );
        if (!hasCode(error, "ERR_SCRIPT_EXECUTION_INTERRUPTED")) throw error;
        // Ctrl-C ended the work alone: whoever listens for it is told now.
        process.emit("SIGINT");
        throw new UserError(`${describe()}: interrupted.`);
      } finally {
        watch.leave();
      }
    },
  };
}

/**
 * Runs `step` for each item in turn, watched.
 *
 * @param describe the item
 * @throws as `Watchdog.run`
 */
export function runWatched<T>(
  watchdog: Watchdog,
  items: readonly T[],
  step: (item: T) => void,
  describe: (item: T) => string,
): void {
  let next = 0;
  const runSlice = (): void => {
    const endAt = performance.now() + SLICE_MS;
    for (; next < items.length && performance.now() < endAt; next++) {
      const item = items[next];
      if (item !== undefined) step(item);
    }
  };
  const describeCurrent = (): string => {
    const current = items[next];
    return current === undefined ? "" : describe(current);
  };
  while (next < items.length) watchdog.run(runSlice, describeCurrent);
}

/** @param place file and line, or the file alone */
export function describeEndless(place: string, limitSeconds = LIMIT_SECONDS): string {
  return `the transform is still running after ${limitSeconds} s, at ${shortPath(place)}.`;
}

/** The script has no closure: what it calls is found as a global. */
function callWithin(limitSeconds: number, work: () => void): void {
  Reflect.set(globalThis, ENTRY, work);
  try {
    CALL.runInThisContext({
      timeout: limitSeconds * 1000 + SLICE_MS,
      breakOnSigint: true,
      displayErrors: false,
    });
  } finally {
    Reflect.deleteProperty(globalThis, ENTRY);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
