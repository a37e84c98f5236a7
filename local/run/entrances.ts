import type { WatchEntrances } from "./run-display.ts";
import type { RunSession } from "./run-session.ts";

/** How files and messages get into a run. */
export function entrancesOf({ cloud, inbox }: RunSession): WatchEntrances {
  const { bucket, pubsub, simulator, names } = cloud;
  return {
    inbox,
    bucketUrl: bucket.url,
    bucket: names.landingBucket,
    pubsubUrl: pubsub.url,
    topic: names.eventsTopic,
    emulatorHost: pubsub.died && new URL(pubsub.url).host,
    mixpanelUrl: `${simulator.url}/local`,
  };
}
