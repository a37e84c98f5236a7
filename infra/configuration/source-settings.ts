import type { Declarations } from "./declaration.ts";

/** Where events come from, and who may send them. */
export const SOURCE_SETTINGS = {
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
      "Import from this topic instead of an own one: projects/P/topics/T, or T in the stack's project; " +
      "a change replaces the events subscription, with the messages that wait",
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
} as const satisfies Declarations;
