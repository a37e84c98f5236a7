import * as pulumi from "@pulumi/pulumi";

import { MixpanelImport } from "../../infra/mixpanel-import.ts";

const config = new pulumi.Config();

// Owns the topic. Messages say what they are of in an attribute.
const web = new MixpanelImport("web", {
  mixpanelToken: config.requireSecret("webToken"),
  messageFilter: 'attributes.product = "web"',
  publishers: ["group:developers@example.com"],
});

// Everything else: a message that no filter lets through would be imported nowhere.
const app = new MixpanelImport(
  "app",
  {
    mixpanelToken: config.requireSecret("appToken"),
    existingTopic: web.eventsTopic,
    messageFilter: 'NOT (attributes.product = "web")',
    // The first has enabled the APIs.
    manageServices: false,
  },
  { dependsOn: web },
);

export const publish = web.eventsTopic;
export const deadLetters = [web.deadLetterSubscription, app.deadLetterSubscription];
