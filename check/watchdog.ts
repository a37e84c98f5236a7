import { Script } from "node:vm";

import { UserError } from "../functions/platform/user-error.ts";

/** Longer than anything a transform does with one record, shorter than a person's patience. */
const LIMIT_SECONDS = 5;
/** A call of the watchdog starts a thread, so many records share one. */
const SLICE_MS = 100;

const ENTRY = "mixpanelGcpWatched";
const CALL = new Script(`${ENTRY}()`);

/**
 * Runs `step` for each item in turn. A step that does not return is ended by force after five
 * seconds, and by Ctrl-C: without it, an endless loop in a transform would leave nothing but
 * SIGKILL (https://nodejs.org/api/vm.html#scriptruninthiscontextoptions).
 *
 * @param describe the item, as the message names it: `a.ndjson, line 3`
 * @throws UserError when a step does not return; what a step throws
 */
export function runWatched<T>(
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
  while (next < items.length)
    try {
      callWithin(runSlice);
    } catch (error) {
      const current = items[next];
      const where = current === undefined ? "" : `${describe(current)}: `;
      if (hasCode(error, "ERR_SCRIPT_EXECUTION_TIMEOUT"))
        throw new UserError(`${where}the transform is still running after ${LIMIT_SECONDS} s.`);
      if (hasCode(error, "ERR_SCRIPT_EXECUTION_INTERRUPTED")) {
        // Ctrl-C ended the step alone: whoever listens for it is told now.
        process.emit("SIGINT");
        throw new UserError(`${where}interrupted.`);
      }
      throw error;
    }
}

/** The script has no closure: what it calls is found as a global. */
function callWithin(work: () => void): void {
  Reflect.set(globalThis, ENTRY, work);
  try {
    CALL.runInThisContext({
      timeout: LIMIT_SECONDS * 1000 + SLICE_MS,
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
