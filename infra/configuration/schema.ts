/** How Pulumi.yaml declares a key; `[]` and "" mean unset. */
export type Declaration = { readonly description: string } & (
  | { readonly type: "string"; readonly default: string; readonly oneOf?: readonly string[] }
  | {
      readonly type: "integer";
      readonly default: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly type: "boolean"; readonly default: boolean }
  | { readonly type: "array"; readonly default: readonly string[] }
);

/**
 * Every key of the stack's configuration that has a default. The command line refuses a declared
 * key without a value, so only `mixpanelToken` is declared without one
 * (https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options). Three are not
 * declared at all: `labels` and `formats`, because declared types know no objects, and
 * `transformSecret`, because
 * a declared secret may have no default: the command line wants it encrypted
 * (https://github.com/pulumi/pulumi/issues/21865).
 *
 * Limits: https://docs.mixpanel.com/reference/import-events (batches),
 * https://cloud.google.com/run/docs/configuring (memory, concurrency, instances),
 * https://cloud.google.com/pubsub/docs/subscription-properties (retention, and the 600 s
 * acknowledgement deadline that a function has to stay well below).
 */
export const CONFIGURATION = {
  mixpanelRegion: {
    type: "string",
    default: "us",
    oneOf: ["us", "eu", "in"],
    description: "Where the Mixpanel project keeps its data: us, eu or in",
  },
  location: {
    type: "string",
    default: "",
    description:
      "Region of bucket, functions and images; empty: gcp:region, else one near the Mixpanel region",
  },
  bucketName: {
    type: "string",
    default: "",
    description: "Name of the landing bucket; empty: project, stack and a short hash",
  },
  existingBucket: {
    type: "string",
    default: "",
    description: "Import from this bucket instead of an own one",
  },
  existingBucketProject: {
    type: "string",
    default: "",
    description: "Project of existingBucket; empty: the stack's project",
  },
  existingTopic: {
    type: "string",
    default: "",
    description:
      "Import from this topic instead of an own one: projects/P/topics/T, or T in the stack's project",
  },
  uploaders: {
    type: "array",
    default: [],
    description: "IAM members that may write to the own bucket, such as group:data@example.com",
  },
  publishers: {
    type: "array",
    default: [],
    description: "IAM members that may publish to the own topic",
  },
  includeObjects: {
    type: "array",
    default: [],
    description: "Globs on object names; empty: all objects",
  },
  excludeObjects: {
    type: "array",
    default: [],
    description: "Globs on object names to leave out",
  },
  transform: {
    type: "string",
    default: "",
    description: "Path of your transform, relative to Pulumi.yaml; empty: functions/transform.ts",
  },
  batchEvents: {
    type: "integer",
    default: 2000,
    min: 1,
    max: 2000,
    description: "Most events in one request to Mixpanel",
  },
  batchBytes: {
    type: "integer",
    default: 2_097_152,
    min: 1024,
    max: 10_485_760,
    description: "Most bytes in one request to Mixpanel, uncompressed",
  },
  maxInFlight: {
    type: "integer",
    default: 10,
    min: 1,
    max: 100,
    description: "Most requests to Mixpanel at once, per instance",
  },
  quarantinePercent: {
    type: "integer",
    default: 90,
    min: 0,
    max: 100,
    description: "Set an object aside when this share of its records is refused; 0: never",
  },
  syntheticId: {
    type: "string",
    default: "record",
    oneOf: ["record", "position"],
    description: "A missing $insert_id is made from the record's bytes, or from its position",
  },
  locateByRequest: {
    type: "boolean",
    default: false,
    description: "Let Mixpanel locate events without ip by the function's address",
  },
  deadLetterContents: {
    type: "string",
    default: "bytes",
    oneOf: ["bytes", "reference"],
    description: "Dead letters hold the records themselves, or only where they are",
  },
  profileOperators: {
    type: "array",
    default: ["$set", "$set_once", "$union", "$remove"],
    description:
      "Operators of user and group profiles that are sent; others become dead letters: $add, $append, $unset, $delete",
  },
  proveToken: {
    type: "boolean",
    default: true,
    description: "Before the first profile, prove token and region by an event that is refused",
  },
  maxInstances: {
    type: "integer",
    default: 20,
    min: 1,
    max: 1000,
    description: "Most instances of each function",
  },
  memory: {
    type: "string",
    default: "1Gi",
    description: "Memory of each instance, 512Mi to 4Gi (the bounds of 1 vCPU)",
  },
  timeoutSeconds: {
    type: "integer",
    default: 300,
    min: 60,
    max: 540,
    description: "Longest run of each function",
  },
  messageConcurrency: {
    type: "integer",
    default: 250,
    min: 1,
    max: 1000,
    description: "Messages at once per instance; lower it when messages are larger than 1 MB",
  },
  retentionDays: {
    type: "integer",
    default: 7,
    min: 1,
    max: 31,
    description: "How long unacknowledged messages and replaced objects are kept",
  },
  deadLetterRetentionDays: {
    type: "integer",
    default: 31,
    min: 1,
    max: 31,
    description: "How long dead letters are kept",
  },
  deleteObjectsAfterDays: {
    type: "integer",
    default: 0,
    min: 0,
    max: 36_500,
    description: "Delete objects of the own bucket after this many days, 14 at least; 0: never",
  },
  bucketOnDestroy: {
    type: "string",
    default: "keep",
    oneOf: ["keep", "delete", "fail"],
    description:
      "pulumi destroy keeps the own bucket, deletes it with its files, or refuses, topics and dead letters included (fail)",
  },
  paused: {
    type: "boolean",
    default: false,
    description: "Deliver nothing: messages wait, up to retentionDays",
  },
  alertEmail: {
    type: "string",
    default: "",
    description: "Address that alerts are sent to; empty: they are shown in the console only",
  },
  notificationChannels: {
    type: "array",
    default: [],
    description: "Further channels of alerts: projects/P/notificationChannels/N",
  },
  messageFilter: {
    type: "string",
    default: "",
    description:
      "Pub/Sub filter on the events subscription; a change replaces it, with the messages that wait",
  },
  kmsKey: {
    type: "string",
    default: "",
    description:
      "Key of Cloud KMS, in location, for buckets, topics, secrets, images and functions; empty: Google's",
  },
  network: {
    type: "string",
    default: "",
    description: "VPC network through which everything leaves the functions; empty: none",
  },
  subnetwork: {
    type: "string",
    default: "",
    description: "Subnetwork of network, in location; empty: the one of the network's name",
  },
  objectsServiceAccount: {
    type: "string",
    default: "",
    description: "E-mail of an existing account that importObject runs as; empty: an own one",
  },
  messagesServiceAccount: {
    type: "string",
    default: "",
    description: "E-mail of an existing account that importMessages runs as; empty: an own one",
  },
  manageIam: {
    type: "boolean",
    default: true,
    description: "Make the grants; false: they are printed, for somebody else to make",
  },
  softDeleteDays: {
    type: "integer",
    default: 0,
    min: 0,
    max: 90,
    description: "Keep deleted objects of the own bucket for this many days, 7 at least; 0: none",
  },
  manageServices: {
    type: "boolean",
    default: true,
    description: "Enable the APIs that are needed; false where somebody else does",
  },
} as const satisfies Readonly<Record<string, Declaration>>;

/** The one key without a default. */
export const TOKEN_DECLARATION = {
  type: "string",
  secret: true,
  description: "Token of the Mixpanel project (pulumi config set --secret mixpanelToken)",
} as const;

export type ConfigKey = keyof typeof CONFIGURATION;

type ValueOf<D> = D extends { type: "integer" }
  ? number
  : D extends { type: "boolean" }
    ? boolean
    : D extends { type: "array" }
      ? readonly string[]
      : D extends { oneOf: readonly (infer Choice)[] }
        ? Choice
        : string;

/** The configuration's values, by key. */
export type Settings = {
  readonly [Key in ConfigKey]: ValueOf<(typeof CONFIGURATION)[Key]>;
} & {
  readonly labels: Readonly<Record<string, string>>;
  /** Glob on object names -> format. */
  readonly formats: Readonly<Record<string, string>>;
};

/** The keys, in the order of the table. */
export function configKeys(): ConfigKey[] {
  const isKey = (key: string): key is ConfigKey => key in CONFIGURATION;
  return Object.keys(CONFIGURATION).filter(isKey);
}
