import { resolve } from "node:path";

import { REPOSITORY } from "../archive/bundle.ts";
import { readConfig } from "./configuration/read.ts";
import { MixpanelImport } from "./mixpanel-import.ts";

const { settings, mixpanelToken, project } = readConfig();
const { transform } = settings;

const mixpanelImport = new MixpanelImport("mixpanel-import", {
  ...settings,
  // Relative to Pulumi.yaml: Pulumi runs this program in infra/.
  transform: transform === "" ? "" : resolve(REPOSITORY, transform),
  mixpanelToken,
  project,
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
