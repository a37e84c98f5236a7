import type { EntryPoint } from "../../functions/settings.ts";
import type { BucketServer } from "../bucket/bucket-server.ts";
import type { ObjectNotification } from "../bucket/object-notification.ts";
import type { LogLine } from "../functions/log-lines.ts";
import type { SupervisedFunction, SupervisedOptions } from "../functions/supervised-function.ts";
import type { PubSub } from "../pubsub/pubsub-server.ts";
import type { Access } from "./access.ts";
import type { Policy } from "./policy.ts";
import type { ServiceFront } from "./service-front.ts";

/** The project of a deployment, and everything that is in it so far. */
export interface Site {
  readonly project: string;
  readonly projectNumber: string;
  readonly bucket: BucketServer;
  readonly pubsub: PubSub;
  readonly mixpanelUrl: string;
  /** For the functions' files. */
  readonly folder: string;
  /** Addresses of service accounts that are there. */
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
  readonly onLine: (functionName: string, line: LogLine) => void;
  readonly onCrash: (functionName: string, reason: string, stderr: string) => void;
  readonly processes: Partial<Record<EntryPoint, ProcessOptions>>;
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

export interface RunningFunction {
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
