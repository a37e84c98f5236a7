import * as pulumi from "@pulumi/pulumi";

import { MixpanelImport } from "../../infra/mixpanel-import.ts";

const config = new pulumi.Config();

// Owns the bucket, which keeps a replaced file until it is imported.
const web = new MixpanelImport("web", {
  mixpanelToken: config.requireSecret("webToken"),
  includeObjects: ["web/**"],
  uploaders: ["group:analysts@example.com"],
});

const app = new MixpanelImport(
  "app",
  {
    mixpanelToken: config.requireSecret("appToken"),
    existingBucket: web.bucketUrl.apply((url) => url.replace("gs://", "")),
    // Everything else: a file that no glob matches would be imported nowhere.
    excludeObjects: ["web/**"],
    manageServices: false,
  },
  { dependsOn: web },
);

export const upload = web.bucketUrl;
export const deadLetters = [web.deadLetterSubscription, app.deadLetterSubscription];
