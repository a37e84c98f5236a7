import type { IncomingMessage, ServerResponse } from "node:http";

import { STACK_APIS } from "../../../cli/doctor/project.ts";
import { DEPLOYER_PERMISSIONS } from "../../../cli/doctor/deployer-permissions.ts";
import { sendJson } from "../../../local/http-server.ts";

/** A token that has to show up nowhere. */
export const TOKEN = "5ec2e7700000000000000000000c0ffee";
const HEALTHY_PROJECT = "my-project";
const PREFIX = "mixpanel-import-dev";
const topic = (name: string): string => `projects/${HEALTHY_PROJECT}/topics/${PREFIX}-${name}`;
const subscription = (name: string): string =>
  `projects/${HEALTHY_PROJECT}/subscriptions/${PREFIX}-${name}`;
const account = (name: string): string => `${name}@${HEALTHY_PROJECT}.iam.gserviceaccount.com`;

/** What `pulumi stack output --json` prints. */
export const OUTPUTS = {
  bucketUrl: "gs://landing",
  receiptsBucket: "receipts",
  objectsTopic: topic("objects"),
  eventsTopic: topic("events"),
  deadLetterTopic: topic("dead-letters"),
  deadLetterSubscription: subscription("dead-letters"),
  importObjectFunction: `${PREFIX}-import-object`,
  importMessagesFunction: `${PREFIX}-import-messages`,
  dashboardUrl: "https://console.cloud.google.com/",
};

/** The configuration, without the token. */
export const CONFIG = {
  "gcp:project": { value: HEALTHY_PROJECT, secret: false },
  "mixpanel-gcp:mixpanelRegion": { value: "us", secret: false },
  "mixpanel-gcp:mixpanelToken": { secret: true },
};

/** What programs print when all is well. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  "node --version": "v24.11.0\n",
  "pulumi version": "v3.250.0\n",
  "pulumi whoami": "ada\n",
  "pulumi config --json": JSON.stringify(CONFIG),
  "pulumi config get mixpanelToken": `${TOKEN}\n`,
  "pulumi stack output": JSON.stringify(OUTPUTS),
};

/** Mixpanel's response to a wrong token. */
export function TOKEN_REFUSED(_request: IncomingMessage, response: ServerResponse): void {
  sendJson(response, 401, { code: 401, error: "Invalid credentials", status: "Unauthorized" });
}

/** A subscription as the stack makes it. */
export function pushing(name: "objects" | "events"): Readonly<Record<string, unknown>> {
  const uri = name === "objects" ? "https://object.run.app" : "https://messages.run.app";
  return {
    name: subscription(name),
    topic: topic(name),
    pushConfig: {
      pushEndpoint: uri,
      oidcToken: { serviceAccountEmail: account("invoker"), audience: uri },
      attributes: { "x-goog-version": "v1" },
    },
    ackDeadlineSeconds: 600,
    retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
    messageRetentionDuration: "604800s",
    expirationPolicy: {},
    deadLetterPolicy: { deadLetterTopic: topic("dead-letters"), maxDeliveryAttempts: 100 },
    state: "ACTIVE",
  };
}

/** The subscription of dead letters as the stack makes it. */
export const DEAD_LETTERS = {
  name: subscription("dead-letters"),
  topic: topic("dead-letters"),
  pushConfig: {},
  ackDeadlineSeconds: 60,
  messageRetentionDuration: "2678400s",
  expirationPolicy: {},
  state: "ACTIVE",
};

/** The secret of the token. */
export const SECRET = `${PREFIX}-token`;

const VARIABLES = {
  ...{ MIXPANEL_REGION: "us", GOOGLE_CLOUD_PROJECT: HEALTHY_PROJECT, TIMEOUT_SECONDS: "300" },
  DEAD_LETTER_TOPIC: topic("dead-letters"),
  ...{ BATCH_EVENTS: "2000", BATCH_BYTES: "2097152", MAX_IN_FLIGHT: "10" },
  ...{ QUARANTINE_PERCENT: "90", SYNTHETIC_ID: "record", LOCATE_BY_REQUEST: "false" },
  ...{ DEAD_LETTER_CONTENTS: "bytes", PROFILE_OPERATORS: "$set,$set_once,$union,$remove" },
  ...{ PROVE_TOKEN: "true", LOG_EXECUTION_ID: "true" },
};
const VARIABLES_OF = {
  object: { ...VARIABLES, OBJECTS_TOPIC: topic("objects"), RECEIPTS_BUCKET: "receipts" },
  messages: VARIABLES,
} as const;

/** A function as the stack makes it. */
export function deployed(name: "object" | "messages") {
  return {
    name: `projects/${HEALTHY_PROJECT}/locations/us-central1/functions/${PREFIX}-import-${name}`,
    state: "ACTIVE",
    buildConfig: {
      runtime: "nodejs24",
      entryPoint: name === "object" ? "importObject" : "importMessages",
    },
    serviceConfig: {
      uri: `https://${name}.run.app`,
      serviceAccountEmail: account(name),
      ...{ timeoutSeconds: 300, maxInstanceCount: 20, ingressSettings: "ALLOW_INTERNAL_ONLY" },
      maxInstanceRequestConcurrency: name === "object" ? 1 : 250,
      environmentVariables: VARIABLES_OF[name],
      secretEnvironmentVariables: [
        { key: "MIXPANEL_TOKEN", projectId: HEALTHY_PROJECT, secret: SECRET, version: "3" },
      ],
    },
  };
}

/** The service of a function. */
export function serviceOf(name: "object" | "messages") {
  const path = `projects/${HEALTHY_PROJECT}/locations/us-central1/services/${PREFIX}-import-${name}`;
  const variables = Object.entries(VARIABLES_OF[name]);
  return {
    name: path,
    terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED" },
    latestReadyRevision: `${path}/revisions/r-2`,
    latestCreatedRevision: `${path}/revisions/r-2`,
    traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
    template: {
      serviceAccount: account(name),
      scaling: { maxInstanceCount: 20 },
      containers: [
        {
          env: [
            ...variables.map(([variable, value]) => ({ name: variable, value })),
            {
              name: "MIXPANEL_TOKEN",
              valueSource: { secretKeyRef: { secret: SECRET, version: "3" } },
            },
          ],
        },
      ],
    },
  };
}

/** An IAM policy; members are names of accounts of the project, or Pub/Sub's agent. */
export function policy(role: string, ...members: readonly string[]): object {
  const full = members.map((member) =>
    member === "pubsub"
      ? "serviceAccount:service-123@gcp-sa-pubsub.iam.gserviceaccount.com"
      : member === "storage"
        ? "serviceAccount:service-123@gs-project-accounts.iam.gserviceaccount.com"
        : `serviceAccount:${account(member)}`,
  );
  return { bindings: [{ role, members: full }] };
}

/** A quota of so many thousandths of a vCPU. */
export function quotaOf(effectiveLimit: string): object {
  const limit = { unit: "1/{project}/{region}", quotaBuckets: [{ effectiveLimit }] };
  return {
    metrics: [{ metric: "run.googleapis.com/cpu_allocation", consumerQuotaLimits: [limit] }],
  };
}

/** Points of Cloud Monitoring, by subscription. */
export function seriesOf(values: Readonly<Record<string, number>>): object {
  return {
    timeSeries: Object.entries(values).map(([name, value]) => ({
      resource: { labels: { subscription_id: `${PREFIX}-${name}` } },
      points: [{ value: { int64Value: String(value) } }],
    })),
  };
}

/** Of all services, by a part of the path. */
export function healthyResponses(): Readonly<Record<string, object>> {
  const apis = [
    "serviceusage.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    ...STACK_APIS,
  ];
  const publisher = "roles/pubsub.publisher";
  const subscriber = "roles/pubsub.subscriber";
  return {
    [`/crm/v3/projects/${HEALTHY_PROJECT}`]: { name: "projects/123", state: "ACTIVE" },
    [`/crm/v3/projects/${HEALTHY_PROJECT}:testIamPermissions`]: {
      permissions: Object.values(DEPLOYER_PERMISSIONS).flat(),
    },
    [`/crm/v1/projects/${HEALTHY_PROJECT}:getEffectiveOrgPolicy`]: {},
    [`/crm/v3/projects/${HEALTHY_PROJECT}:getIamPolicy`]: {},
    "/billingInfo": { billingEnabled: true, billingAccountName: "billingAccounts/1" },
    "services:batchGet": {
      services: apis.map((api) => ({ name: `projects/123/services/${api}`, state: "ENABLED" })),
    },
    consumerQuotaMetrics: quotaOf("200000"),
    "/mixpanel-us/import": { failed_records: [{ index: 0, message: "no time" }] },
    "/mixpanel-eu/import": TOKEN_REFUSED,
    "/mixpanel-in/import": TOKEN_REFUSED,
    [`/pubsub/v1/projects/${HEALTHY_PROJECT}/subscriptions?`]: {
      subscriptions: [pushing("objects"), pushing("events"), DEAD_LETTERS],
    },
    [`/pubsub/v1/${subscription("objects")}`]: pushing("objects"),
    [`/pubsub/v1/${subscription("events")}`]: pushing("events"),
    [`/pubsub/v1/${subscription("dead-letters")}`]: DEAD_LETTERS,
    [`${topic("dead-letters")}:getIamPolicy`]: policy(publisher, "pubsub", "object", "messages"),
    [`${topic("objects")}:getIamPolicy`]: policy(publisher, "object", "storage"),
    [`/iam/v1/projects/-/serviceAccounts/${account("invoker")}:getIamPolicy`]: policy(
      "roles/iam.serviceAccountTokenCreator",
      "pubsub",
    ),
    "/iam/v1/projects/-/serviceAccounts/": { disabled: false },
    "/b/landing?fields": {
      projectNumber: "123",
      lifecycle: {
        rule: [
          { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
          { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 7, isLive: false } },
          { action: { type: "Delete" }, condition: { age: 30, isLive: true } },
        ],
      },
    },
    "/b/receipts?fields": { projectNumber: "123" },
    [`${subscription("objects")}:getIamPolicy`]: policy(subscriber, "pubsub"),
    [`${subscription("events")}:getIamPolicy`]: policy(subscriber, "pubsub"),
    "/locations/-/functions": { functions: [deployed("object"), deployed("messages")] },
    [`/services/${PREFIX}-import-object`]: serviceOf("object"),
    [`/services/${PREFIX}-import-messages`]: serviceOf("messages"),
    [`${PREFIX}-import-object:getIamPolicy`]: policy("roles/run.invoker", "invoker"),
    [`${PREFIX}-import-messages:getIamPolicy`]: policy("roles/run.invoker", "invoker"),
    [`/secrets/${SECRET}/versions/3`]: { state: "ENABLED" },
    [`/secrets/${SECRET}:getIamPolicy`]: policy(
      "roles/secretmanager.secretAccessor",
      "object",
      "messages",
    ),
    "/b/landing/iam": policy("roles/storage.objectViewer", "object"),
    "/b/receipts/iam": policy("roles/storage.objectUser", "object"),
    "/b/landing/notificationConfigs": {
      items: [
        {
          topic: `//pubsub.googleapis.com/${topic("objects")}`,
          event_types: ["OBJECT_FINALIZE"],
          payload_format: "JSON_API_V1",
        },
      ],
    },
    "/b/receipts/o": { items: [] },
    num_undelivered_messages: seriesOf({ objects: 0, events: 2, "dead-letters": 0 }),
    oldest_unacked_message_age: seriesOf({ objects: 0, events: 4, "dead-letters": 0 }),
  };
}
