import assert from "node:assert/strict";
import { test } from "node:test";

import { createAccess } from "../../../check/google-access.ts";
import type { FunctionFacts } from "../../../cli/doctor/check.ts";
import { DEPLOYER_PERMISSIONS } from "../../../cli/doctor/deployer-permissions.ts";
import { neededGrants } from "../../../cli/doctor/needed-grants.ts";
import { SERVICE_URLS } from "../../../cli/doctor/service-urls.ts";
import { stackOf } from "../../../cli/stack/stack.ts";
import { bindingsOf } from "../../infra/support/bindings.ts";
import { runProgram } from "../../infra/support/run-program.ts";
import { OUTPUTS } from "./healthy.ts";

const PREFIX = "mixpanel-import-dev";
const account = (name: string): string => `${name}@my-project.iam.gserviceaccount.com`;

function functionOf(name: string, email: string): FunctionFacts {
  const secret = { projectId: "my-project", secret: `${PREFIX}-token`, version: "1" };
  const serviceConfig = {
    serviceAccountEmail: account(email),
    secretEnvironmentVariables: [{ key: "MIXPANEL_TOKEN", ...secret }],
  };
  return { name: `${PREFIX}-${name}`, location: "us-central1", resource: { serviceConfig } };
}

function subscriptionOf(name: string) {
  const oidcToken = { serviceAccountEmail: account("invoker") };
  return { name: `projects/my-project/subscriptions/${PREFIX}-${name}`, pushConfig: { oidcToken } };
}

function memberOf(member: string): string {
  if (member.includes("@gcp-sa-pubsub.")) return "Pub/Sub agent";
  if (member.includes("@gs-project-accounts.")) return "Cloud Storage agent";
  return member.replace(/^serviceAccount:/, "").replace(/@.*/, "");
}

test("the grants that are looked for are those that the stack makes, but for its builds", async () => {
  const stack = stackOf(OUTPUTS, { title: "a stack", origin: "a test", local: undefined });
  const facts = {
    stack,
    projectNumber: "123",
    functions: [functionOf("import-object", "objects"), functionOf("import-messages", "messages")],
    subscriptions: {
      objects: subscriptionOf("objects"),
      events: subscriptionOf("events"),
      deadLetters: {},
    },
  };
  const services = { google: createAccess({ project: "my-project" }), urls: SERVICE_URLS };
  const looked = neededGrants(services, facts, "42").map(
    ({ member, role, on }) => `${memberOf(member)}: ${role} on ${on.replace(`${PREFIX}-`, "")}`,
  );

  const { registrations } = await runProgram();
  const made = bindingsOf(registrations)
    .map(({ member, role, on }) => `${member}: ${role} on ${on}`)
    .filter((line) => !/^(build|Cloud Functions agent): /.test(line));
  assert.deepEqual(looked.sort(), made.sort());
});

/** What the deployer needs for a type of resource; none: another of them comes with it. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  "artifactregistry/repository": "artifactregistry.repositories.create",
  "artifactregistry/repositoryIamMember": "artifactregistry.repositories.setIamPolicy",
  "cloudfunctionsv2/function": "cloudfunctions.functions.create",
  "cloudrunv2/serviceIamMember": "run.services.setIamPolicy",
  "logging/metric": "logging.logMetrics.create",
  "monitoring/alertPolicy": "monitoring.alertPolicies.create",
  "monitoring/customService": "monitoring.services.create",
  "monitoring/dashboard": "monitoring.dashboards.create",
  "monitoring/notificationChannel": "monitoring.notificationChannels.create",
  "monitoring/slo": "monitoring.slos.create",
  "projects/iAMMember": "resourcemanager.projects.setIamPolicy",
  "projects/service": "serviceusage.services.enable",
  "projects/serviceIdentity": "serviceusage.services.enable",
  "pubsub/subscription": "pubsub.subscriptions.create",
  "pubsub/subscriptionIAMMember": "pubsub.subscriptions.setIamPolicy",
  "pubsub/topic": "pubsub.topics.create",
  "pubsub/topicIAMMember": "pubsub.topics.setIamPolicy",
  "secretmanager/secret": "secretmanager.secrets.create",
  "secretmanager/secretIamMember": "secretmanager.secrets.setIamPolicy",
  "secretmanager/secretVersion": "secretmanager.versions.add",
  "serviceaccount/account": "iam.serviceAccounts.create",
  "serviceaccount/iAMMember": "iam.serviceAccounts.setIamPolicy",
  "storage/bucket": "storage.buckets.create",
  "storage/bucketIAMMember": "storage.buckets.setIamPolicy",
  "storage/bucketObject": "storage.objects.create",
  "storage/notification": "storage.buckets.update",
};

test("the permissions that are tested allow every kind of resource that the stack makes", async () => {
  const { registrations } = await runProgram({ config: { alertEmail: "oncall@example.com" } });
  const kinds = new Set(
    registrations.flatMap(({ type }) => /^gcp:([^:]+):/.exec(type)?.slice(1) ?? []),
  );
  const tested = new Set(Object.values(DEPLOYER_PERMISSIONS).flat());
  assert.deepEqual(
    [...kinds].filter((kind) => !tested.has(PERMISSIONS[kind] ?? "unknown")),
    [],
  );
});
