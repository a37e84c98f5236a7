import { resolve } from "node:path";

import { REPOSITORY } from "../archive/bundle.ts";
import { readConfig } from "./configuration/read.ts";
import { MixpanelImport } from "./mixpanel-import.ts";

const args = readConfig();
const { transform = "" } = args;

const mixpanelImport = new MixpanelImport("mixpanel-import", {
  ...args,
  // Relative to Pulumi.yaml: Pulumi runs this program in infra/.
  transform: transform === "" ? "" : resolve(REPOSITORY, transform),
});

export const {
  bucketUrl,
  eventsTopic,
  objectsTopic,
  deadLetterTopic,
  deadLetterSubscription,
  receiptsBucket,
  importObjectFunction,
  importMessagesFunction,
  dashboardUrl,
} = mixpanelImport;
