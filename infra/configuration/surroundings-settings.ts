import type { Declarations } from "./declaration.ts";

/** How the stack fits into its project: alerts, keys, network, accounts, and what it manages. */
export const SURROUNDINGS_SETTINGS = {
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
} as const satisfies Declarations;
