import type { WatchEntrances } from "../../local/run/run-display.ts";
import {
  curlPublishCommand,
  publishCommand,
  uploadCommand,
} from "../../local/run/entrance-commands.ts";

/** How to send files and messages to a run that goes on, as commands to copy. */
export function describeWatch(entrances: WatchEntrances): string {
  const { inbox, emulatorHost, mixpanelUrl } = entrances;
  return [
    "",
    `Watching. Put files into ${inbox}`,
    "or upload them:",
    `  ${uploadCommand(entrances)}`,
    "or publish messages:",
    `  ${publishCommand(entrances)}`,
    `  ${curlPublishCommand(entrances)}`,
    ...(emulatorHost === undefined
      ? []
      : [`Google's emulator, for Pub/Sub clients: PUBSUB_EMULATOR_HOST=${emulatorHost}`]),
    `What Mixpanel received: ${mixpanelUrl}`,
  ].join("\n");
}
