import type { ProgramOptions } from "./run-program.ts";

/** Every setting away from its default, as far as they go together. */
const OVERRIDDEN = {
  mixpanelRegion: "in",
  location: "asia-south1",
  bucketName: "acme-landing",
  uploaders: JSON.stringify([
    "group:data@example.com",
    "serviceAccount:etl@acme.iam.gserviceaccount.com",
  ]),
  publishers: JSON.stringify(["user:ann@example.com"]),
  includeObjects: JSON.stringify(["events/**", "*.ndjson"]),
  excludeObjects: JSON.stringify(["tmp/**"]),
  batchEvents: "1000",
  batchBytes: "1048576",
  maxInFlight: "4",
  quarantinePercent: "50",
  syntheticId: "position",
  locateByRequest: "true",
  deadLetterContents: "reference",
  profileOperators: JSON.stringify(["$set", "$add"]),
  proveToken: "false",
  maxInstances: "5",
  memory: "2Gi",
  timeoutSeconds: "540",
  messageConcurrency: "80",
  retentionDays: "14",
  deadLetterRetentionDays: "20",
  deleteObjectsAfterDays: "30",
  bucketOnDestroy: "delete",
  alertEmail: "oncall@example.com",
  formats: JSON.stringify({ "exports/**": "csv" }),
  labels: JSON.stringify({ team: "data", "cost-center": "42" }),
};

const EXISTING = {
  existingBucket: "their-bucket",
  existingBucketProject: "their-project",
  existingTopic: "projects/their-project/topics/their-events",
};

/** A key where a stack is by default; its project is that of a security team. */
export const KEY = "projects/acme-keys/locations/us-central1/keyRings/data/cryptoKeys/mixpanel";

/** The configurations in which everything that must always hold is checked. */
export const CONFIGURATIONS: Readonly<Record<string, ProgramOptions>> = {
  defaults: {},
  "everything overridden": { config: OVERRIDDEN },
  "existing bucket and topic": { config: EXISTING },
  EU: { config: { mixpanelRegion: "eu" } },
  "bucket kept on destroy": { config: { bucketOnDestroy: "keep" } },
  "bucket deleted on destroy": { config: { bucketOnDestroy: "delete" } },
  "destroy refused": { config: { bucketOnDestroy: "fail" } },
  paused: { config: { paused: "true" } },
  "what a platform team asks for": {
    config: {
      transformSecret: "planted-transform-secret",
      network: "shared",
      subnetwork: "functions",
      objectsServiceAccount: "objects@acme-data.iam.gserviceaccount.com",
      messagesServiceAccount: "messages@acme-data.iam.gserviceaccount.com",
      manageIam: "false",
      softDeleteDays: "7",
      messageFilter: 'attributes.project = "web"',
      notificationChannels: JSON.stringify(["projects/acme-data/notificationChannels/7"]),
    },
  },
  "encrypted with an own key": { config: { kmsKey: KEY } },
  "encrypted, with nothing managed and an existing bucket": {
    config: { ...EXISTING, kmsKey: KEY, manageIam: "false", manageServices: "false" },
  },
  "no managed services": { config: { manageServices: "false" } },
  preview: { preview: true },
  "preview of existing bucket and topic": { config: EXISTING, preview: true },
  "a stack with a long, odd name": {
    stack: "Feature_XY.some-rather-long-name-of-a-branch-that-goes-on",
  },
};
