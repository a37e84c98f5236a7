import type { Declarations } from "./declaration.ts";

/** How records are imported. */
export const IMPORT_SETTINGS = {
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
} as const satisfies Declarations;
