import type { EntryPoint, Environment } from "../../functions/settings.ts";
import type { BucketServer } from "../bucket/bucket-server.ts";
import type { ObjectNotification } from "../bucket/object-notification.ts";
import type { LogLine } from "../functions/log-lines.ts";
import type { SupervisedFunction, SupervisedOptions } from "../functions/supervised-function.ts";
import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import type { Access } from "./access.ts";
import type { Api } from "./apis.ts";
import type { DeliverySettings } from "./delivery.ts";
import type { Policy } from "./policy.ts";
import type { ServiceFront } from "./service-front.ts";

/** The project of a deployment, and everything that is in it so far. */
export interface Site {
  readonly project: string;
  readonly projectNumber: string;
  readonly bucket: BucketServer;
  readonly pubsub: CloudPubSub;
  readonly mixpanelUrl: string;
  /** For the functions' files. */
  readonly folder: string;
  /** Enabled. */
  readonly apis: Set<Api>;
  /** Addresses of service accounts and agents that are there. */
  readonly accounts: Set<string>;
  /**
   * Data of each secret's versions, from version 1 on, undefined when it is destroyed; by
   * `projects/P/secrets/S`.
   */
  readonly secrets: Map<string, (string | undefined)[]>;
  /** `projects/P/locations/L/repositories/R` */
  readonly repositories: Set<string>;
  readonly policy: Policy;
  readonly access: Access;
  readonly notifications: NotificationConfig[];
  /** By name. */
  readonly functions: Map<string, RunningFunction>;
  readonly onLine: (of: FunctionId, line: LogLine) => void;
  readonly onCrash: (of: FunctionId, reason: string, stderr: string) => void;
  /** Beside what is registered. */
  readonly processes: Partial<Record<EntryPoint, ProcessOptions>>;
  /** In place of what is registered. */
  readonly environment: Partial<Record<EntryPoint, Partial<Environment>>>;
  /** In place of what is registered. */
  readonly delivery: Partial<Record<EntryPoint, DeliverySettings>>;
  /** Whether subscriptions that do not push are pulled from over REST. */
  readonly isPulledElsewhere: boolean;
}

/** What is announced of which bucket, and where. */
export interface NotificationConfig {
  /** A number, unique in its bucket. */
  readonly id: string;
  readonly bucket: string;
  /** `projects/P/topics/T` */
  readonly topic: string;
  readonly eventTypes: readonly ObjectNotification["attributes"]["eventType"][];
}

/** What may be set of a function's process, beside what it is registered with. */
export type ProcessOptions = Pick<
  SupervisedOptions,
  "nodeOptions" | "cpuProfileFolder" | "maxCrashesPerMinute"
>;

/** Which function something is of. */
export interface FunctionId {
  readonly name: string;
  readonly entryPoint: EntryPoint;
}

export interface RunningFunction {
  readonly entryPoint: EntryPoint;
  /** The address Google would give it; here it is no address, but the name of one. */
  readonly uri: string;
  /** `projects/P/locations/L/services/S`, its Cloud Run service. */
  readonly service: string;
  readonly front: ServiceFront;
  readonly process: SupervisedFunction;
  /** 1 for the first one. */
  readonly revision: number;
  /** What the process was started with, secrets included. */
  readonly environment: Readonly<Record<string, string>>;
}
