import type { WatchEntrances } from "../../local/run/run-display.ts";

/** How to send files and messages to a run that goes on, as commands to copy. */
export function describeWatch(entrances: WatchEntrances): string {
  const { inbox, bucketUrl, bucket, pubsubUrl, topic, emulatorHost, mixpanelUrl } = entrances;
  const withoutLogin = "CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true";
  return [
    "",
    `Watching. Put files into ${inbox}`,
    "or upload them:",
    `  CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${bucketUrl}/ ${withoutLogin} gcloud storage cp FILE gs://${bucket}/`,
    "or publish messages:",
    `  CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB=${pubsubUrl}/ ${withoutLogin} gcloud pubsub topics publish ${topic} --message="$(cat FILE)"`,
    `  curl ${pubsubUrl}/v1/${topic}:publish -d '{"messages":[{"data":"'"$(base64 < FILE | tr -d '\\n')"'"}]}'`,
    ...(emulatorHost === undefined
      ? []
      : [`Google's emulator, for Pub/Sub clients: PUBSUB_EMULATOR_HOST=${emulatorHost}`]),
    `What Mixpanel received: ${mixpanelUrl}`,
    "Ctrl-C ends it.",
  ].join("\n");
}
