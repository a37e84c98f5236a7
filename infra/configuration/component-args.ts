import type * as pulumi from "@pulumi/pulumi";

// Objects and types of one name, which is how Pulumi's analyzer knows a choice
// (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/provider/experimental/analyzer.ts).

/** Where a Mixpanel project keeps its data. */
export const MixpanelRegion = { us: "us", eu: "eu", in: "in" } as const;
export type MixpanelRegion = (typeof MixpanelRegion)[keyof typeof MixpanelRegion];

/** What a missing `$insert_id` is made from. */
export const SyntheticId = { record: "record", position: "position" } as const;
export type SyntheticId = (typeof SyntheticId)[keyof typeof SyntheticId];

/** What a dead letter holds. */
export const DeadLetterContents = { bytes: "bytes", reference: "reference" } as const;
export type DeadLetterContents = (typeof DeadLetterContents)[keyof typeof DeadLetterContents];

/** What becomes of the landing bucket when the stack is destroyed. */
export const BucketOnDestroy = { keep: "keep", delete: "delete", fail: "fail" } as const;
export type BucketOnDestroy = (typeof BucketOnDestroy)[keyof typeof BucketOnDestroy];

/**
 * Every setting of the stack's configuration, with the same meaning and default (`schema.ts`).
 *
 * Pulumi's analyzer makes the package's schema for other languages of this interface and its
 * comments, and takes no mapped types, unions of literals or `readonly` lists. So each key is
 * written out; a test holds types and texts against `schema.ts`.
 *
 * What decides which resources there are, how many, and what they are called, is plain: it is
 * checked before anything is registered. An `Input` is what may be a secret, or the name of
 * something that the same program makes.
 */
export interface MixpanelImportArgs {
  /** Token of the Mixpanel project; becomes a secret if it is not one. */
  readonly mixpanelToken: pulumi.Input<string>;
  /**
   * Id of the Google Cloud project, the one the provider works in; empty: gcp:project of the stack.
   */
  readonly project?: string;
  /** Where the Mixpanel project keeps its data: us, eu or in. Default: us. */
  readonly mixpanelRegion?: MixpanelRegion;
  /**
   * Region of bucket, functions and images; empty: gcp:region, else one near the Mixpanel region.
   */
  readonly location?: string;
  /** Name of the landing bucket; empty: project, stack and a short hash. */
  readonly bucketName?: string;
  /** Import from this bucket instead of an own one. */
  readonly existingBucket?: pulumi.Input<string>;
  /** Project of existingBucket; empty: the stack's project. */
  readonly existingBucketProject?: string;
  /**
   * Import from this topic instead of an own one: projects/P/topics/T, or T in the stack's
   * project; a change replaces the events subscription, with the messages that wait.
   */
  readonly existingTopic?: pulumi.Input<string>;
  /** IAM members that may write to the own bucket, such as group:data@example.com. */
  readonly uploaders?: string[];
  /** IAM members that may publish to the own topic. */
  readonly publishers?: string[];
  /** Globs on object names; empty: all objects. */
  readonly includeObjects?: string[];
  /** Globs on object names to leave out. */
  readonly excludeObjects?: string[];
  /** Path of your transform, relative to Pulumi.yaml; empty: functions/transform.ts. */
  readonly transform?: string;
  /** Most events in one request to Mixpanel. Default: 2000; from 1 to 2000. */
  readonly batchEvents?: number;
  /**
   * Most bytes in one request to Mixpanel, uncompressed. Default: 2097152; from 1024 to 10485760.
   */
  readonly batchBytes?: number;
  /** Most requests to Mixpanel at once, per instance. Default: 10; from 1 to 100. */
  readonly maxInFlight?: number;
  /**
   * Set an object aside when this share of its records is refused; 0: never. Default: 90; from 0
   * to 100.
   */
  readonly quarantinePercent?: number;
  /**
   * A missing $insert_id is made from the record's bytes, or from its position. Default: record.
   */
  readonly syntheticId?: SyntheticId;
  /** Let Mixpanel locate events without ip by the function's address. Default: false. */
  readonly locateByRequest?: boolean;
  /** Dead letters hold the records themselves, or only where they are. Default: bytes. */
  readonly deadLetterContents?: DeadLetterContents;
  /**
   * Operators of user and group profiles that are sent; others become dead letters: $add, $append,
   * $unset, $delete. Default: $set, $set_once, $union, $remove.
   */
  readonly profileOperators?: string[];
  /**
   * Before the first profile, prove token and region by an event that is refused. Default: true.
   */
  readonly proveToken?: boolean;
  /** Most instances of each function. Default: 20; from 1 to 1000. */
  readonly maxInstances?: number;
  /** Memory of each instance, 512Mi to 4Gi (the bounds of 1 vCPU). Default: 1Gi. */
  readonly memory?: string;
  /** Longest run of each function. Default: 300; from 60 to 540. */
  readonly timeoutSeconds?: number;
  /**
   * Messages at once per instance; lower it when messages are larger than 1 MB. Default: 250;
   * from 1 to 1000.
   */
  readonly messageConcurrency?: number;
  /** How long unacknowledged messages and replaced objects are kept. Default: 7; from 1 to 31. */
  readonly retentionDays?: number;
  /** How long dead letters are kept. Default: 31; from 1 to 31. */
  readonly deadLetterRetentionDays?: number;
  /**
   * Delete objects of the own bucket after this many days, 14 at least; 0: never. Default: 0;
   * from 0 to 36500.
   */
  readonly deleteObjectsAfterDays?: number;
  /**
   * pulumi destroy keeps the own bucket, deletes it with its files, or refuses, topics and dead
   * letters included (fail). Default: keep.
   */
  readonly bucketOnDestroy?: BucketOnDestroy;
  /** Deliver nothing: messages wait, up to retentionDays. Default: false. */
  readonly paused?: boolean;
  /** Address that alerts are sent to; empty: they are shown in the console only. */
  readonly alertEmail?: string;
  /** Further channels of alerts: projects/P/notificationChannels/N. */
  readonly notificationChannels?: pulumi.Input<string>[];
  /**
   * Pub/Sub filter on the events subscription; a change replaces it, with the messages that wait.
   */
  readonly messageFilter?: string;
  /**
   * Key of Cloud KMS, in location, for buckets, topics, secrets, images and functions; empty:
   * Google's.
   */
  readonly kmsKey?: string;
  /** VPC network through which everything leaves the functions; empty: none. */
  readonly network?: string;
  /** Subnetwork of network, in location; empty: the one of the network's name. */
  readonly subnetwork?: string;
  /** E-mail of an existing account that importObject runs as; empty: an own one. */
  readonly objectsServiceAccount?: pulumi.Input<string>;
  /** E-mail of an existing account that importMessages runs as; empty: an own one. */
  readonly messagesServiceAccount?: pulumi.Input<string>;
  /** Make the grants; false: they are printed, for somebody else to make. Default: true. */
  readonly manageIam?: boolean;
  /**
   * Keep deleted objects of the own bucket for this many days, 7 at least; 0: none. Default: 0;
   * from 0 to 90.
   */
  readonly softDeleteDays?: number;
  /** Enable the APIs that are needed; false where somebody else does. Default: true. */
  readonly manageServices?: boolean;
  /** What transforms get as context.secret, the key of hashProperties; a secret. */
  readonly transformSecret?: pulumi.Input<string>;
  /**
   * What objects are, where that is not to be told by contents and names: by glob on object names,
   * one of ndjson, json, csv, csv-comma, csv-semicolon, csv-pipe and tsv.
   */
  readonly formats?: Record<string, string>;
  /** Labels of everything that has labels. */
  readonly labels?: Record<string, string>;
}
