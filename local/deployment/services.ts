import path from "node:path";

import { type BucketServer, startBucketServer } from "../bucket/bucket-server.ts";
import type { ObjectNotification } from "../bucket/object-notification.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../mixpanel/simulator.ts";
import type { Caller } from "../caller.ts";
import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import { type Access, createAccess } from "./access.ts";
import { agentOf } from "./agents.ts";
import type { Api } from "./apis.ts";
import { createPolicy, type Policy } from "./policy.ts";
import type { NotificationConfig } from "./site.ts";

export interface ServicesOptions {
  readonly project: string;
  readonly projectNumber: string;
  readonly folder: string;
  /** Of the buckets: milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly mixpanel?: SimulatorOptions;
  /** What is there before anything is deployed. */
  readonly existing?: {
    /** Enabled, and their agents made. */
    readonly apis?: readonly Api[];
    readonly accounts?: readonly string[];
    readonly buckets?: readonly string[];
    readonly topics?: readonly string[];
  };
}

/** What a project has before anything is in it. `P` is the Pub/Sub it runs on. */
export interface Services<P extends CloudPubSub = CloudPubSub> {
  readonly policy: Policy;
  readonly pubsub: P;
  readonly bucket: BucketServer;
  readonly simulator: Simulator;
  readonly access: Access;
  /** What is announced, and where; whoever deploys adds to it. */
  readonly notifications: NotificationConfig[];
  stop(): Promise<void>;
}

/** Starts a Pub/Sub whose own account is this one. */
export type StartPubSub<P extends CloudPubSub> = (agent: Caller) => Promise<P>;

/** Starts the services, all of them or none. */
export async function startServices<P extends CloudPubSub>(
  startPubSub: StartPubSub<P>,
  options: ServicesOptions,
): Promise<Services<P>> {
  const { project, projectNumber, existing = {} } = options;
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((service) => service.stop()));
  };
  const keep = <T extends { stop(): Promise<void> }>(service: T): T => {
    started.push(service);
    return service;
  };
  try {
    const policy = createPolicy(project);
    const agent = policy.caller(agentOf("pubsub.googleapis.com", projectNumber));
    const pubsub = keep(await startPubSub(agent));
    const simulator = keep(await startSimulator(options.mixpanel ?? {}));
    const notifications: NotificationConfig[] = [];
    const announce = announcer({ policy, pubsub, notifications }, projectNumber);
    const bucket = keep(
      await startBucketServer({
        folder: path.join(options.folder, "buckets"),
        buckets: existing.buckets ?? [],
        onFinalize: announce,
        onDelete: announce,
        ...(options.now && { now: options.now }),
      }),
    );
    for (const topic of existing.topics ?? []) await pubsub.createTopic(topic);
    const access = keep(createAccess({ bucket, pubsub, policy }));
    return { policy, pubsub, bucket, simulator, access, notifications, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Cloud Storage's agent publishes, where it may; what it may not publish is announced nowhere. */
function announcer(
  to: Pick<Services, "policy" | "pubsub" | "notifications">,
  projectNumber: string,
): (notification: ObjectNotification) => Promise<void> {
  const agent = to.policy.caller(agentOf("storage.googleapis.com", projectNumber));
  return async ({ attributes, data }) => {
    const text = Buffer.from(JSON.stringify(data)).toString("base64");
    const { bucketId, eventType } = attributes;
    for (const { id, bucket, topic, eventTypes } of to.notifications) {
      if (bucket !== bucketId || !eventTypes.includes(eventType)) continue;
      if (!agent.may("pubsub.topics.publish", topic)) continue;
      const notificationConfig = `projects/_/buckets/${bucket}/notificationConfigs/${id}`;
      await to.pubsub.publish(topic, [
        { data: text, attributes: { ...attributes, notificationConfig } },
      ]);
    }
  };
}
