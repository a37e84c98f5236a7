import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { STORAGE_AGENT_CALL } from "../../local/deployment/agents.ts";
import { APIS } from "../../local/deployment/apis.ts";
import { type Deployment, startDeployment } from "../../local/deployment/deployment.ts";
import { existingIn } from "../../local/deployment/existing.ts";
import {
  DEFAULT_PROGRAM,
  deployRecorded,
  LOCAL_PROJECT,
} from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const METRIC: Resource = {
  type: "gcp:logging/metric:Metric",
  name: "metric",
  inputs: { name: "metric", filter: "severity=ERROR" },
};
const CHANNEL: Resource = {
  type: "gcp:monitoring/notificationChannel:NotificationChannel",
  name: "channel",
  inputs: { displayName: "channel", type: "email" },
};
/** Enabled for what the stack has Google do: nothing here is made with them. */
const ONLY_ENABLED: readonly string[] = [
  "eventarc.googleapis.com",
  "iamcredentials.googleapis.com",
];
/** What is recorded of a program watches nothing. */
const WATCHING: Readonly<Record<string, Resource>> = {
  "logging.googleapis.com": METRIC,
  "monitoring.googleapis.com": CHANNEL,
};

async function startEmpty(
  t: TestContext,
  settings: Readonly<Record<string, string>> = {},
): Promise<Deployment> {
  const folder = await temporaryFolder(t);
  const existing = existingIn(settings);
  const deployment = await startDeployment({ ...LOCAL_PROJECT, folder, existing });
  t.after(() => deployment.stop());
  return deployment;
}

for (const api of APIS.filter((one) => !ONLY_ENABLED.includes(one)))
  test(`without ${api} what is made with it is refused`, async (t) => {
    const deployment = await startEmpty(t);
    const resources = DEFAULT_PROGRAM.resources.filter(
      ({ type, inputs }) => type !== enable(api).type || inputs["service"] !== api,
    );
    const program = { ...DEFAULT_PROGRAM, resources };
    const watching = WATCHING[api];
    const refused = watching
      ? deployment.deploy(watching)
      : // Nothing is started from it: the functions, too, need each of the others.
        deployRecorded(deployment, program, { archive: Buffer.alloc(0) });
    await assert.rejects(refused, ({ message }: Error) =>
      message.includes(`403: ${api} API has not been used in project 1 before or it is disabled`),
    );
    assert.equal(deployment.functions.size, 0);
  });

test("with manageServices off, APIs are enabled and agents made by somebody else", async (t) => {
  const deployment = await startEmpty(t, { "mixpanel-gcp:manageServices": "false" });
  await deployment.deploy(METRIC);
  await deployment.deploy(CHANNEL);
  await deployment.deploy(topic());
  await deployment.deploy(grantTo("service-1@gcp-sa-pubsub.iam.gserviceaccount.com"));
});

const topic = (): Resource => ({
  type: "gcp:pubsub/topic:Topic",
  name: "topic",
  inputs: { name: "topic" },
});
const grantTo = (email: string): Resource => ({
  type: "gcp:pubsub/topicIAMMember:TopicIAMMember",
  name: email,
  inputs: {
    topic: "projects/local/topics/topic",
    role: "roles/pubsub.publisher",
    member: `serviceAccount:${email}`,
  },
});
const enable = (api: string): Resource => ({
  type: "gcp:projects/service:Service",
  name: api,
  inputs: { service: api },
});

test("an agent is given nothing before somebody asked for it", async (t) => {
  const deployment = await startEmpty(t);
  const pubsubAgent = "service-1@gcp-sa-pubsub.iam.gserviceaccount.com";
  const storageAgent = "service-1@gs-project-accounts.iam.gserviceaccount.com";
  await deployment.deploy(enable("pubsub.googleapis.com"));
  await deployment.deploy(topic());
  for (const email of [pubsubAgent, storageAgent, "nobody@local.iam.gserviceaccount.com"])
    await assert.rejects(
      deployment.deploy(grantTo(email)),
      new RegExp(`Service account ${email} does not exist`),
    );

  await deployment.deploy({
    type: "gcp:projects/serviceIdentity:ServiceIdentity",
    name: "agent",
    inputs: { project: "local", service: "pubsub.googleapis.com" },
  });
  await deployment.deploy(grantTo(pubsubAgent));
  assert.throws(
    () => deployment.invoke(STORAGE_AGENT_CALL, {}),
    /storage.googleapis.com API has not been used/,
  );
  await deployment.deploy(enable("storage.googleapis.com"));
  deployment.invoke(STORAGE_AGENT_CALL, {});
  await deployment.deploy(grantTo(storageAgent));
  // Whether it is there, nobody here can know.
  await deployment.deploy(grantTo("somebody@another-project.iam.gserviceaccount.com"));
});
