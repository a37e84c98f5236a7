import type { Declarations } from "./declaration.ts";

/** What the functions have to run with, and how long things are kept. */
export const RUNNING_SETTINGS = {
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
} as const satisfies Declarations;
