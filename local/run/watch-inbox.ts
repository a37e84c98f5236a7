import { entrancesOf } from "./entrances.ts";
import type { RunDisplay } from "./run-display.ts";
import type { RunSession } from "./run-session.ts";

/**
 * Uploads every file that is or will be in the inbox, and tells how to send files and messages,
 * until `signal`.
 */
export async function watchInbox(
  session: RunSession,
  signal: AbortSignal,
  display: RunDisplay,
): Promise<void> {
  const { bucket, names } = session.cloud;
  const watch = await bucket.watchFolder(session.inbox, names.landingBucket, (problem) => {
    display.say(problem);
  });
  display.showWatch(entrancesOf(session));
  await aborted(signal);
  await watch.stop();
}

/** Resolves when `signal` is, or has been, aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener("abort", () => {
        resolve();
      });
  });
}
