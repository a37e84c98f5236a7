import { CLOUD_NAMES } from "../cloud-names.ts";
import type { RunDisplay } from "./run-display.ts";
import type { RunCloud } from "./run-session.ts";
import { inboxOf } from "./run-view.ts";

/**
 * Uploads every file that is put into the work folder's `inbox`, and tells how to send files and
 * messages, until `signal`.
 */
export async function watchInbox(
  { bucket, pubsub, simulator }: RunCloud,
  workFolder: string,
  signal: AbortSignal,
  display: RunDisplay,
): Promise<void> {
  const inbox = inboxOf(workFolder);
  const watch = await bucket.watchFolder(inbox, CLOUD_NAMES.landingBucket, (problem) => {
    display.say(problem);
  });
  display.showWatch({
    inbox,
    bucketUrl: bucket.url,
    bucket: CLOUD_NAMES.landingBucket,
    pubsubUrl: pubsub.url,
    topic: CLOUD_NAMES.eventsTopic,
    emulatorHost: pubsub.died && new URL(pubsub.url).host,
    mixpanelUrl: `${simulator?.url ?? ""}/local`,
  });
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
