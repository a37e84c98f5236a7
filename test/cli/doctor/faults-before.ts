import type { ServerResponse } from "node:http";

import { CONFIG, quotaOf, TOKEN, TOKEN_REFUSED } from "./healthy.ts";
import { refusal, type Fault } from "./stand-in.ts";

/** A fault, the check that finds it, and what it says. */
export interface Planted {
  readonly fault: string;
  readonly id: string;
  readonly status?: "failed" | "warning" | "unknown";
  readonly given: Fault;
  readonly detail: RegExp;
  readonly remedy: RegExp;
}

/** The configuration with more settings. */
export const configured = (
  settings: Readonly<Record<string, string>>,
): NonNullable<Fault["programs"]> => ({
  "pulumi config --json": {
    stdout: JSON.stringify({
      ...CONFIG,
      ...Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [
          `mixpanel-gcp:${key}`,
          { value, secret: false },
        ]),
      ),
    }),
  },
});

const constraint = (name: string, found: object): NonNullable<Fault["replies"]> => ({
  ":getEffectiveOrgPolicy": (_request: unknown, response: ServerResponse, body: string) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body.includes(`constraints/${name}"`) ? found : {}));
  },
});

/** Before `pulumi up`. */
export const FAULTS_BEFORE: readonly Planted[] = [
  {
    fault: "an old Node",
    id: "node",
    given: { programs: { "node --version": { stdout: "v18.20.4" } } },
    detail: /18\.20\.4/,
    remedy: /Install Node 22/,
  },
  {
    fault: "no Pulumi",
    id: "pulumi",
    given: { programs: { "pulumi version": { code: 1, isMissing: true } } },
    detail: /not installed/,
    remedy: /pulumi\.com\/docs\/install/,
  },
  {
    fault: "a Pulumi that is too old",
    id: "pulumi",
    given: { programs: { "pulumi version": { stdout: "v3.99.0" } } },
    detail: /3\.99\.0 is too old/,
    remedy: /3\.245\.0 or newer/,
  },
  {
    fault: "nobody is logged in",
    id: "login",
    given: {
      programs: {
        "pulumi whoami": { code: 255, stderr: "error: PULUMI_ACCESS_TOKEN must be set" },
      },
    },
    detail: /PULUMI_ACCESS_TOKEN/,
    remedy: /pulumi login/,
  },
  {
    fault: "no stack is selected",
    id: "config",
    given: {
      programs: {
        "pulumi config --json": { code: 255, stdout: "", stderr: "error: no stack selected" },
      },
    },
    detail: /no stack selected/,
    remedy: /pulumi stack init/,
  },
  {
    fault: "no gcp:project",
    id: "config",
    given: { programs: { "pulumi config --json": { stdout: "{}" } } },
    detail: /gcp:project is not set/,
    remedy: /pulumi config set gcp:project/,
  },
  {
    fault: "a token in plain text",
    id: "config",
    given: { programs: configured({ mixpanelToken: TOKEN }) },
    detail: /not encrypted/,
    remedy: /--secret mixpanelToken/,
  },
  {
    fault: "no such project",
    id: "project",
    given: { replies: { "/crm/v3/projects/my-project": refusal(404, "not found") } },
    detail: /no project my-project/,
    remedy: /gcp:project/,
  },
  {
    fault: "no billing",
    id: "billing",
    given: { replies: { "/billingInfo": { billingEnabled: false } } },
    detail: /no billing account/,
    remedy: /console\.cloud\.google\.com\/billing/,
  },
  {
    fault: "the first APIs are off",
    id: "apis",
    given: { replies: { "services:batchGet": { services: [] } } },
    detail: /serviceusage\.googleapis\.com/,
    remedy: /gcloud services enable serviceusage/,
  },
  {
    fault: "a role that is missing",
    id: "permissions",
    given: { replies: { ":testIamPermissions": { permissions: ["pubsub.topics.create"] } } },
    detail: /cloudfunctions\.functions\.create/,
    remedy:
      /^ {2}gcloud projects add-iam-policy-binding my-project .*--role roles\/cloudfunctions\.admin$/m,
  },
  {
    fault: "a policy against service accounts",
    id: "policies",
    given: {
      replies: constraint("iam.disableServiceAccountCreation", {
        booleanPolicy: { enforced: true },
      }),
    },
    detail: /iam\.disableServiceAccountCreation/,
    remedy: /exempted/,
  },
  {
    fault: "a policy against the location",
    id: "policies",
    given: {
      replies: constraint("gcp.resourceLocations", {
        listPolicy: { allowedValues: ["europe-west1"] },
      }),
    },
    detail: /us-central1 is not among/,
    remedy: /pulumi config set location/,
  },
  {
    fault: "a policy that names a group of locations",
    id: "policies",
    status: "warning",
    given: {
      replies: constraint("gcp.resourceLocations", {
        listPolicy: { allowedValues: ["in:low-carbon-locations"] },
      }),
    },
    detail: /us-central1 is not among/,
    remedy: /pulumi config set location/,
  },
  {
    fault: "a small quota",
    id: "quota",
    given: { replies: { consumerQuotaMetrics: quotaOf("10000") } },
    detail: /quota of 10 vCPUs/,
    remedy: /maxInstances 10/,
  },
  {
    fault: "a quota for one function only",
    id: "quota",
    status: "warning",
    given: { replies: { consumerQuotaMetrics: quotaOf("20000") } },
    detail: /too few for both/,
    remedy: /maxInstances 10/,
  },
  {
    fault: "a token of another region",
    id: "token",
    given: {
      replies: {
        "/mixpanel-us/import": TOKEN_REFUSED,
        "/mixpanel-eu/import": { failed_records: [{ index: 0 }] },
      },
    },
    detail: /region eu; mixpanelRegion is us/,
    remedy: /mixpanelRegion eu/,
  },
  {
    fault: "a wrong token",
    id: "token",
    given: { programs: { "pulumi config get mixpanelToken": { stdout: "5ec2e77wrong\n" } } },
    detail: /every region/,
    remedy: /--secret mixpanelToken/,
  },
  {
    fault: "a transform that does not compile",
    id: "transform",
    given: { programs: configured({ transform: "README.md" }) },
    detail: /README\.md/,
    remedy: /check --transform README\.md/,
  },
];
