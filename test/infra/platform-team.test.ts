import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIGURATIONS } from "./support/configurations.ts";
import { functionsOf, ofType } from "./support/invariants.ts";
import { isSecret } from "../../local/deployment/program/secrets.ts";
import { record, runProgram } from "./support/run-program.ts";

const SECRET = "planted-transform-secret";

const plain = await runProgram();
const asked = await runProgram(CONFIGURATIONS["what a platform team asks for"] ?? {});
const services = functionsOf(asked.registrations).map(({ inputs }) =>
  record(inputs["serviceConfig"]),
);

test("secrets and messages are kept in the stack's region only", async () => {
  const { registrations } = await runProgram({ config: { location: "europe-west4" } });
  const topics = ofType(registrations, "gcp:pubsub/topic:Topic");
  assert.equal(topics.length, 3);
  for (const { inputs } of topics)
    assert.deepEqual(inputs["messageStoragePolicy"], {
      allowedPersistenceRegions: ["europe-west4"],
    });
  for (const { inputs } of ofType(registrations, "gcp:secretmanager/secret:Secret"))
    assert.deepEqual(inputs["replication"], {
      userManaged: { replicas: [{ location: "europe-west4" }] },
    });
});

test("everything that is sent leaves through the network", () => {
  for (const service of services) {
    assert.deepEqual(service["directVpcNetworkInterfaces"], [
      { network: "shared", subnetwork: "functions" },
    ]);
    assert.equal(service["directVpcEgress"], "VPC_EGRESS_ALL_TRAFFIC");
  }
  for (const { inputs } of functionsOf(plain.registrations))
    assert.equal("directVpcEgress" in record(inputs["serviceConfig"]), false);
});

test("functions run as the accounts that are there already, and none is made for them", () => {
  assert.deepEqual(services.map((service) => service["serviceAccountEmail"]).sort(), [
    "messages@acme-data.iam.gserviceaccount.com",
    "objects@acme-data.iam.gserviceaccount.com",
  ]);
  const accounts = ofType(asked.registrations, "gcp:serviceaccount/account:Account");
  assert.deepEqual(accounts.map(({ name }) => name).sort(), [
    "mixpanel-import-build-account",
    "mixpanel-import-invoker-account",
  ]);
});

test("without manageIam no grant is made, and the command for each that would be is told", () => {
  const grants = asked.registrations.filter(({ type }) => /iammember$/i.test(type));
  assert.deepEqual(grants, []);
  const made = plain.registrations.filter(({ type }) => /iammember$/i.test(type));
  const told = asked.infos
    .filter((line) => line.includes("manageIam is false"))
    .map((line) => line.split("\n").slice(1));
  const commands = told.flat();
  // The second secret, for each function, is only in the one that is asked for.
  assert.equal(commands.length, made.length + 2);
  assert.equal(new Set(commands).size, commands.length);
  for (const command of commands) assert.match(command, /^gcloud [a-z -]+ add-iam-policy-binding /);
  assert.ok(
    commands.some((command) =>
      /^gcloud storage buckets add-iam-policy-binding gs:\/\/acme-data-\S+ --member=serviceAccount:objects@acme-data\.iam\.gserviceaccount\.com --role=roles\/storage\.objectViewer$/.test(
        command,
      ),
    ),
  );
  // Those for functions, and for what calls them, can be run only when these are there.
  assert.deepEqual(told[1]?.map((command) => command.split(" add-iam")[0]).sort(), [
    "gcloud pubsub subscriptions",
    "gcloud pubsub subscriptions",
    "gcloud run services",
    "gcloud run services",
  ]);
});

test("uploaders and publishers are named in the last list, after what imports", async () => {
  const { infos } = await runProgram({
    config: {
      manageIam: "false",
      uploaders: '["group:data@example.com"]',
      publishers: '["user:ann@example.com"]',
    },
  });
  const lists = infos.filter((line) => line.includes("manageIam is false"));
  assert.equal(lists.length, 3);
  for (const member of ["group:data@example.com", "user:ann@example.com"])
    assert.deepEqual(
      lists.map((list) => list.includes(member)),
      [false, false, true],
    );
});

test("the filter is on the events subscription only, and on no other", () => {
  const filters = ofType(asked.registrations, "gcp:pubsub/subscription:Subscription").map(
    ({ name, inputs }) => [name, inputs["filter"]],
  );
  assert.deepEqual(Object.fromEntries(filters), {
    "mixpanel-import-dead-letters-subscription": undefined,
    "mixpanel-import-import-messages-push-subscription": 'attributes.project = "web"',
    "mixpanel-import-import-object-push-subscription": undefined,
  });
});

test("what is good to know beforehand is a warning of the preview, and only there", async () => {
  const config = { messageFilter: 'attributes.project = "web"', mixpanelRegion: "in" };
  const preview = await runProgram({ config, preview: true });
  const [filter, build] = preview.warnings;
  assert.match(filter ?? "", /messageFilter cannot be changed later/);
  assert.match(build ?? "", /Cloud Build is restricted for some projects in asia-south1/);
  assert.equal(preview.warnings.length, 2);

  const topic = await runProgram({
    config: { existingTopic: "theirs", mixpanelRegion: "us" },
    preview: true,
  });
  assert.match(topic.warnings[0] ?? "", /Setting existingTopic later, changing or removing it/);

  const update = await runProgram({ config });
  assert.deepEqual(update.warnings, []);
  assert.ok(update.infos.some((line) => line.includes("messageFilter cannot be changed later")));
});

test("a transform's secret that is in the stack's file as it is, is warned about", async () => {
  const warningsWith = async (...encrypted: string[]) => {
    process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(
      encrypted.map((key) => `mixpanel-gcp:${key}`),
    );
    try {
      return (await runProgram({ config: { transformSecret: SECRET } })).warnings;
    } finally {
      delete process.env["PULUMI_CONFIG_SECRET_KEYS"];
    }
  };
  const [warning = "", ...others] = await warningsWith("mixpanelToken");
  assert.match(warning, /pulumi config set --secret transformSecret/);
  assert.deepEqual(others, []);
  assert.deepEqual(await warningsWith("mixpanelToken", "transformSecret"), []);
});

test("the transform's secret reaches both functions from Secret Manager, and is nowhere else", () => {
  for (const service of services)
    assert.deepEqual(
      Object.values(record(service["secretEnvironmentVariables"])).map(
        (item) => record(item)["key"],
      ),
      ["MIXPANEL_TOKEN", "TRANSFORM_SECRET"],
    );
  const holders = asked.registrations.filter(({ rawInputs }) =>
    JSON.stringify(rawInputs).includes(SECRET),
  );
  assert.deepEqual(
    holders.map(({ name }) => name),
    ["mixpanel-import-transform-secret-version"],
  );
  assert.ok(isSecret(holders[0]?.rawInputs["secretData"]));
});

test("alerts go to the channels that are there already", () => {
  for (const { inputs } of ofType(asked.registrations, "gcp:monitoring/alertPolicy:AlertPolicy"))
    assert.deepEqual(inputs["notificationChannels"], ["projects/acme-data/notificationChannels/7"]);
});

test("deleted objects of the own bucket can be kept", () => {
  const bucket = asked.registrations.find(({ name }) => name === "mixpanel-import-landing-bucket");
  assert.deepEqual(bucket?.inputs["softDeletePolicy"], { retentionDurationSeconds: 604_800 });
});
