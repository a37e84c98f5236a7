import { startMonitoring } from "../monitoring/monitoring-server.ts";
import type { ObjectLog } from "../monitoring/object-log.ts";
import { announceCloud } from "./running-cloud.ts";
import type { RunCloud } from "./run-session.ts";

/** Lets the operators' commands find a local cloud, its backlog, and what is said of objects. */
export async function announceSession(
  workFolder: string,
  { bucket, pubsub, simulator, names, outputs }: RunCloud,
  objectLog: ObjectLog,
): Promise<{ stop(): Promise<void> }> {
  const subscriptions: readonly string[] = [
    names.objectsSubscription,
    names.eventsSubscription,
    // The emulator does not tell who else acknowledges.
    ...(pubsub.died === undefined ? [names.deadLetterSubscription] : []),
  ];
  const monitoring = await startMonitoring((subscription) => {
    if (!subscriptions.includes(subscription)) return undefined;
    const { received, acknowledged, deadLettered } = pubsub.stats(subscription);
    return received - acknowledged - deadLettered;
  }, objectLog.find);
  const takeBack = await announceCloud(workFolder, outputs, {
    storageUrl: bucket.url,
    // What is published past the relay in front of the emulator would not be counted.
    pubsubUrl: `http://${pubsub.host}`,
    monitoringUrl: monitoring.url,
    mixpanelUrl: simulator.url,
  });
  return {
    stop: async () => {
      await takeBack();
      await monitoring.stop();
    },
  };
}
