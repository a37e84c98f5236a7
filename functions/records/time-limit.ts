import { Script } from "node:vm";

/** Longer than anything a transform does with one record. */
export const RECORD_LIMIT_MS = 5000;
/** Each call within the limit starts a thread (0.1 ms), so many records share one. */
const SHARE_MS = 100;

const ENTRY = "mixpanelGcpLimited";
const CALL = new Script(`${ENTRY}()`);

/** Work that is done piece by piece. */
export interface LimitedWork {
  /** Does the next piece. False = it was the last. */
  next(): boolean;
  /** The piece in work did not end, and was ended by force. False = do no more. */
  giveUp(): boolean;
}

/**
 * Does the work, and ends by force a piece that takes longer than the limit: an endless loop of a
 * transform would otherwise keep the process from everything else, permanently. Whatever the piece
 * had begun stays as it is at that moment
 * (https://nodejs.org/api/vm.html#scriptruninthiscontextoptions).
 *
 * @throws what a piece throws
 */
export function doWithinLimit(work: LimitedWork, limitMs = RECORD_LIMIT_MS): void {
  let goesOn = true;
  const doShare = (): void => {
    const endAt = performance.now() + SHARE_MS;
    while (goesOn && performance.now() < endAt) goesOn = work.next();
  };
  while (goesOn)
    try {
      callWithin(doShare, limitMs + SHARE_MS);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      goesOn = work.giveUp();
    }
}

/** The script has no closure: what it calls is found as a global. */
function callWithin(work: () => void, timeout: number): void {
  Reflect.set(globalThis, ENTRY, work);
  try {
    CALL.runInThisContext({ timeout, displayErrors: false });
  } finally {
    Reflect.deleteProperty(globalThis, ENTRY);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
