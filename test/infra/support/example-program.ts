import * as pulumi from "@pulumi/pulumi";

import { MixpanelImport } from "../../../infra/mixpanel-import.ts";

const config = new pulumi.Config();

const web = new MixpanelImport("web-events", {
  mixpanelToken: config.requireSecret("mixpanelToken"),
  mixpanelRegion: "eu",
  existingTopic: "projects/acme-web/topics/clicks",
  uploaders: ["group:analysts@example.com"],
  alertEmail: "oncall@example.com",
});

export const upload = web.bucketUrl;
export const deadLetters = web.deadLetterSubscription;
