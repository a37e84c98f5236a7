import { CLOUD_NAMES } from "../cloud-names.ts";
import type { RunCloud } from "./run-session.ts";
import { inboxOf } from "./run-view.ts";

/**
 * Uploads every file that is put into the work folder's `inbox`, and tells how to send files and messages,
 * until `signal`.
 */
export async function watchInbox(
  { bucket, pubsub, simulator }: RunCloud,
  workFolder: string,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const inbox = inboxOf(workFolder);
  const watch = await bucket.watchFolder(inbox, CLOUD_NAMES.landingBucket, say);
  say(
    [
      "",
      `Watching. Put files into ${inbox}`,
      "or upload them:",
      `  CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${bucket.url}/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true gcloud storage cp FILE gs://${CLOUD_NAMES.landingBucket}/`,
      "or publish messages:",
      `  CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB=${pubsub.url}/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true gcloud pubsub topics publish ${CLOUD_NAMES.eventsTopic} --message="$(cat FILE)"`,
      `  curl ${pubsub.url}/v1/${CLOUD_NAMES.eventsTopic}:publish -d '{"messages":[{"data":"'"$(base64 < FILE | tr -d '\\n')"'"}]}'`,
      ...(pubsub.died === undefined
        ? []
        : [
            `Google's emulator, for Pub/Sub clients: PUBSUB_EMULATOR_HOST=${new URL(pubsub.url).host}`,
          ]),
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
