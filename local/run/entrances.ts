import { CLOUD_NAMES } from "../cloud-names.ts";
import type { WatchEntrances } from "./run-display.ts";
import type { RunSession } from "./run-session.ts";

/** How files and messages get into a run. */
export function entrancesOf({ cloud, inbox }: RunSession): WatchEntrances {
  const { bucket, pubsub, simulator } = cloud;
  return {
    inbox,
    bucketUrl: bucket.url,
    bucket: CLOUD_NAMES.landingBucket,
    pubsubUrl: pubsub.url,
    topic: CLOUD_NAMES.eventsTopic,
    emulatorHost: pubsub.died && new URL(pubsub.url).host,
    mixpanelUrl: `${simulator?.url ?? ""}/local`,
  };
}
