import path from "node:path";

import type { LocalCloud } from "../cloud.ts";
import { CLOUD_NAMES } from "../cloud-names.ts";

/**
 * Uploads every file that is put into the work folder's `inbox`, and tells how to send files and messages,
 * until `signal`.
 */
export async function watchInbox(
  { bucket, pubsub, simulator }: LocalCloud,
  workFolder: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const inbox = path.join(workFolder, "inbox");
  const watch = await bucket.watchFolder(inbox, CLOUD_NAMES.landingBucket, say);
  say(
    [
      "",
      `Watching. Put files into ${inbox}`,
      "or upload them:",
      `  CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${bucket.url}/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true gcloud storage cp FILE gs://${CLOUD_NAMES.landingBucket}/`,
      "or publish a message:",
      `  curl ${pubsub.url}/v1/${CLOUD_NAMES.eventsTopic}:publish -d '{"messages":[{"data":"'"$(base64 < FILE | tr -d '\\n')"'"}]}'`,
      `What Mixpanel received: ${simulator?.url ?? ""}/local`,
      "Ctrl-C ends it.",
    ].join("\n"),
  );
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
