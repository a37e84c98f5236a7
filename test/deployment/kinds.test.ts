import assert from "node:assert/strict";
import { test } from "node:test";

import { kindOf, KINDS } from "../../local/deployment/deployment.ts";
import { DEFAULT_PROGRAM } from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { withInput } from "./support/with-input.ts";

const TOPIC = "projects/p/topics/events";

const resource = (type: string, inputs: Resource["inputs"]): Resource => ({
  type,
  name: "thing",
  inputs,
});

const SUBSCRIPTION = resource("gcp:pubsub/subscription:Subscription", {
  name: "events",
  topic: TOPIC,
  ackDeadlineSeconds: 600,
  messageRetentionDuration: "604800s",
  expirationPolicy: { ttl: "" },
  labels: { team: "data" },
  pushConfig: {
    pushEndpoint: "https://f.a.run.app",
    oidcToken: { serviceAccountEmail: "a@p.iam.gserviceaccount.com", audience: "x" },
  },
});

const grantTo = (member: string): Resource =>
  resource("gcp:pubsub/topicIAMMember:TopicIAMMember", {
    topic: TOPIC,
    role: "roles/pubsub.publisher",
    member,
  });

const BUCKET = resource("gcp:storage/bucket:Bucket", {
  name: "b",
  location: "US",
  uniformBucketLevelAccess: true,
  publicAccessPrevention: "enforced",
});

const withRule = (type: string, condition: object): Resource =>
  withInput(BUCKET, ["lifecycleRules"], [{ action: { type }, condition }]);

const NOTIFICATION = resource("gcp:storage/notification:Notification", {
  bucket: "b",
  topic: TOPIC,
  payloadFormat: "JSON_API_V1",
  eventTypes: ["OBJECT_FINALIZE"],
});

const withConfig = (key: string, value: unknown): Resource =>
  withInput(recordedFunction(), ["serviceConfig", key], value);

const TOKEN = { key: "MIXPANEL_TOKEN", projectId: "p", secret: "token", version: "1" };

function recordedFunction(): Resource {
  const found = DEFAULT_PROGRAM.resources.find(({ type }) => type.endsWith(":Function"));
  assert.ok(found);
  return withInput(found, ["buildConfig", "source", "storageSource", "generation"], 1);
}

/** What is done to a resource that can be deployed, and what is said of it. */
const REFUSED: readonly (readonly [Resource, RegExp])[] = [
  [resource("gcp:redis/instance:Instance", {}), /^thing \(gcp:redis.* does not know this type/],
  [withInput(SUBSCRIPTION, ["bigqueryConfig"], { table: "t" }), /the input bigqueryConfig.table/],
  [
    withInput(SUBSCRIPTION, ["pushConfig", "noWrapper"], { writeMetadata: true }),
    /the input pushConfig.noWrapper.writeMetadata/,
  ],
  [withInput(SUBSCRIPTION, ["topic"], undefined), /its input topic is required/],
  [withInput(SUBSCRIPTION, ["ackDeadlineSeconds"], "600"), /ackDeadlineSeconds has to be a number/],
  [
    withInput(SUBSCRIPTION, ["enableMessageOrdering"], true),
    /enableMessageOrdering is true, and here it can only be \[false\]/,
  ],
  [
    withInput(SUBSCRIPTION, ["expirationPolicy", "ttl"], "86400s"),
    /expirationPolicy.ttl is "86400s"/,
  ],
  [
    withInput(
      recordedFunction(),
      ["serviceConfig", "secretEnvironmentVariables"],
      [{ key: "MIXPANEL_TOKEN", projectId: "p", secret: "token", version: "latest" }],
    ),
    /secretEnvironmentVariables\[\].version is latest, and has to be the number of one/,
  ],
  [withInput(BUCKET, ["website"], { mainPageSuffix: "x" }), /the input website.mainPageSuffix/],
  [
    withInput(
      BUCKET,
      ["lifecycleRules"],
      [{ action: { type: "SetStorageClass", storageClass: "COLDLINE" }, condition: { age: 1 } }],
    ),
    /lifecycleRules\[\].action.type is "SetStorageClass"/,
  ],
  [
    withInput(
      BUCKET,
      ["lifecycleRules"],
      [{ action: { type: "Delete" }, condition: { age: 1, matchesPrefixes: ["x"] } }],
    ),
    /the input lifecycleRules\[\].condition.matchesPrefixes/,
  ],
  [withInput(NOTIFICATION, ["payloadFormat"], "NONE"), /payloadFormat is "NONE"/],
  [withInput(NOTIFICATION, ["eventTypes"], undefined), /eventTypes is required: without it every/],
  [withInput(NOTIFICATION, ["eventTypes"], []), /eventTypes is required: without it everything/],
  [withInput(BUCKET, ["uniformBucketLevelAccess"], undefined), /uniformBucketLevelAccess is undef/],
  [withInput(BUCKET, ["publicAccessPrevention"], undefined), /publicAccessPrevention is undefined/],
  [withRule("Delete", {}), /lifecycleRules\[\].condition is empty: everything would be deleted/],
  [
    withRule("AbortIncompleteMultipartUpload", {}),
    /lifecycleRules\[\].condition has to hold an age/,
  ],
  [withRule("Delete", { age: -1 }), /condition.age is -1, and has to be a whole number, 0 or more/],
  [withRule("Delete", { age: 0.5 }), /condition.age is 0.5, and has to be a whole number/],
  [
    withRule("Delete", { daysSinceNoncurrentTime: 1.5 }),
    /condition.daysSinceNoncurrentTime is 1.5, and has to be a whole number/,
  ],
  [
    withInput(SUBSCRIPTION, ["deadLetterPolicy"], {
      deadLetterTopic: TOPIC,
      maxDeliveryAttempts: 5,
    }),
    /deadLetterPolicy.deadLetterTopic is the topic whose messages are given up/,
  ],
  [withInput(SUBSCRIPTION, ["labels"], { Team: "data" }), /labels.Team has to begin with a lower-/],
  [
    withInput(SUBSCRIPTION, ["labels"], { "1st": "x" }),
    /labels.1st has to begin with a lower-case/,
  ],
  [
    withInput(SUBSCRIPTION, ["labels"], { team: "Data" }),
    /labels.team has to be at most 63 lower-/,
  ],
  [
    withInput(SUBSCRIPTION, ["labels"], { team: "x".repeat(64) }),
    /labels.team has to be at most 63/,
  ],
  [
    withInput(
      SUBSCRIPTION,
      ["labels"],
      Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`l${index}`, "x"])),
    ),
    /labels has 65, and may have 64/,
  ],
  [withConfig("ingressSettings", undefined), /ingressSettings is undefined, and has to be "ALLOW_/],
  [withConfig("timeoutSeconds", 0), /timeoutSeconds is 0, and has to be .* from 1 to 3600/],
  [withConfig("timeoutSeconds", 3601), /timeoutSeconds is 3601, and has to be/],
  [withConfig("maxInstanceCount", 0), /maxInstanceCount is 0, and has to be .* 1 or more/],
  [withConfig("maxInstanceCount", -1), /maxInstanceCount is -1, and has to be/],
  [withConfig("minInstanceCount", 1000), /minInstanceCount is 1000, and at most \d+ may be/],
  [
    withConfig("secretEnvironmentVariables", [TOKEN, TOKEN]),
    /secretEnvironmentVariables\[\].key is MIXPANEL_TOKEN, which is set already/,
  ],
  [
    withConfig("secretEnvironmentVariables", [{ ...TOKEN, key: "BATCH_BYTES" }]),
    /secretEnvironmentVariables\[\].key is BATCH_BYTES, which is set already/,
  ],
  [
    resource("gcp:projects/iAMMember:IAMMember", {
      project: "p",
      role: "roles/logging.logWriter",
      member: "user:a@example.com",
      condition: { title: "t", expression: "request.time < timestamp('2030-01-01T00:00:00Z')" },
    }),
    /condition.expression can here only be resource.name.startsWith/,
  ],
  [
    resource("gcp:projects/iAMMember:IAMMember", {
      project: "p",
      role: "roles/editor",
      member: "user:a@example.com",
    }),
    /its input role is roles\/editor, which nothing knows here/,
  ],
  ...["a@example.com", "user", "user:", "user:a", "serviceAccount:a b@p.com", "people:a@p.com"].map(
    (member): [Resource, RegExp] => [
      grantTo(member),
      /its input member is .* must be of the form "<type>:<value>"/,
    ],
  ),
  [grantTo("allUsers"), /its input member is allUsers: nothing of the stack is for everybody/],
  [grantTo("allAuthenticatedUsers"), /its input member is allAuthenticatedUsers: nothing/],
  [
    withInput(grantTo("user:a@example.com"), ["role"], "roles/storage.objectViewer"),
    /Role roles\/storage.objectViewer is not supported for this resource/,
  ],
  [
    resource("gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember", {
      subscription: "events",
      role: "roles/pubsub.publisher",
      member: "user:a@example.com",
    }),
    /Role roles\/pubsub.publisher is not supported for this resource/,
  ],
  [
    resource("gcp:projects/service:Service", { service: "pubsubs.googleapis.com" }),
    /its input service is pubsubs.googleapis.com, which nothing here is made with/,
  ],
  [
    resource("gcp:projects/service:Service", {
      service: "pubsub.googleapis.com",
      disableOnDestroy: true,
    }),
    /disableOnDestroy is true/,
  ],
  [
    resource("gcp:logging/metric:Metric", { name: "m", filter: "f", disabled: true }),
    /the input disabled/,
  ],
  [
    resource("gcp:monitoring/alertPolicy:AlertPolicy", {
      displayName: "a",
      conditions: [{ conditionAbsent: { duration: "60s" } }],
    }),
    /the input conditions\[\].conditionAbsent.duration/,
  ],
  [
    resource("gcp:monitoring/customService:CustomService", { serviceId: "s", telemetry: "t" }),
    /the input telemetry/,
  ],
  [
    resource("gcp:monitoring/dashboard:Dashboard", { dashboardJson: "{" }),
    /dashboardJson has to be JSON with a displayName/,
  ],
  [
    resource("gcp:monitoring/notificationChannel:NotificationChannel", {
      displayName: "c",
      type: "slack",
      sensitiveLabels: { authToken: "t" },
    }),
    /the input sensitiveLabels.authToken/,
  ],
  [
    resource("gcp:monitoring/slo:Slo", { sloId: "s", calendarPeriod: "DAY" }),
    /the input calendarPeriod/,
  ],
];

for (const [refused, message] of REFUSED)
  test(`refused by name: ${String(message)}`, () => {
    assert.throws(
      () => {
        kindOf(refused).check(refused);
      },
      { name: "UserError", message },
    );
  });

test("what has no meaning on one machine is named, with the reason", () => {
  for (const known of [SUBSCRIPTION, BUCKET, NOTIFICATION]) kindOf(known).check(known);
  for (const [type, { withoutMeaning }] of Object.entries(KINDS))
    for (const [input, reason] of Object.entries(withoutMeaning))
      assert.match(reason, /^[a-z].{10,}[^.]$/, `${type} ${input}`);
});
