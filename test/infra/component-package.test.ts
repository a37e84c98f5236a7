import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { CONFIGURATION, configKeys } from "../../infra/configuration/schema.ts";
// The examples are held against the same schema: to have it served takes 15 s of a processor.
import "../examples/examples.ts";
import { output, secret, storedSecret } from "./support/component-host.ts";
import { expectedDescription, expectedProperty } from "./support/expected-schema.ts";
import { OUTPUTS } from "./support/docs-tables.ts";
import { UNKNOWN } from "./support/registrations.ts";
import { PROJECT_ID, record, TOKEN } from "./support/run-program.ts";
import { engine, host, schema } from "./support/served-component.ts";

const component = schema.resources["mixpanel-gcp:index:MixpanelImport"];
assert.ok(component);
const { inputProperties: inputs, properties: outputs } = component;
const config = { "gcp:project": PROJECT_ID };

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), "utf8");
}

suite("the schema that Pulumi's component host serves of index.ts", () => {
  for (const key of configKeys())
    test(`has ${key}, as infra/configuration/schema.ts declares it`, () => {
      const { description = "", ...property } = inputs[key] ?? {};
      assert.deepEqual(property, expectedProperty(key, CONFIGURATION[key]));
      assert.equal(description.replaceAll("\n", " "), expectedDescription(CONFIGURATION[key]));
    });

  test("has besides these the token, the project, the secret of transforms, formats and labels", () => {
    const own = new Set<string>(configKeys());
    const others = Object.entries(inputs).filter(([key]) => !own.has(key));
    for (const [key, { description = "" }] of others) assert.notEqual(description, "", key);
    assert.deepEqual(
      Object.fromEntries(others.map(([key, { description, ...property }]) => [key, property])),
      {
        // Inputs, and not plain: a secret is not known before it is needed.
        mixpanelToken: { type: "string" },
        transformSecret: { type: "string", optional: true },
        project: { type: "string", plain: true, optional: true },
        formats: {
          type: "object",
          additionalProperties: { type: "string", plain: true },
          plain: true,
          optional: true,
        },
        labels: {
          type: "object",
          additionalProperties: { type: "string", plain: true },
          plain: true,
          optional: true,
        },
      },
    );
    assert.deepEqual(component.requiredInputs, ["mixpanelToken"]);
  });

  test("has the values of each setting that is a choice", () => {
    for (const [name, { enum: members }] of Object.entries(schema.types)) {
      const key = name.replace(/^.*:(\w)/, (_, first: string) => first.toLowerCase());
      const { oneOf } = record(record(CONFIGURATION)[key]);
      assert.deepEqual(
        members.map(({ value }) => value),
        oneOf,
        name,
      );
    }
  });

  test("has the outputs, with what they are", () => {
    assert.deepEqual(Object.keys(outputs).sort(), Object.keys(OUTPUTS).sort());
    assert.deepEqual(component.required, Object.keys(OUTPUTS).sort());
    for (const [key, { type, description = "" }] of Object.entries(outputs)) {
      assert.equal(type, "string", key);
      assert.notEqual(description, "", key);
    }
  });
});

suite("a program in another language", () => {
  test("gets everything inside the component, hooks included", async () => {
    const { urn, state } = await host.construct({
      name: "web",
      inputs: { mixpanelToken: secret(TOKEN), maxInstances: 5, mixpanelRegion: "eu" },
      config,
    });

    assert.match(urn, /::mixpanel-gcp:index:MixpanelImport::web$/);
    assert.deepEqual(Object.keys(state).sort(), Object.keys(OUTPUTS).sort());
    assert.match(String(state["bucketUrl"]), /^gs:\/\/acme-data-web-dev-[0-9a-f]{6}$/);
    const { inputs: given } = engine.registrations.get("web-import-object-function") ?? {};
    assert.equal(given?.["location"], "europe-west1");
    assert.equal(record(given["serviceConfig"])["maxInstanceCount"], 5);
    assert.ok(engine.hooks.includes("web-notification-retry"));
    assert.deepEqual(engine.diagnostics, []);
  });

  test("has its token in one place, as a secret, and in no output", async () => {
    const { state } = await host.construct({
      name: "secret",
      inputs: { mixpanelToken: secret(TOKEN), transformSecret: secret("planted-key") },
      config,
    });

    for (const text of [TOKEN, "planted-key"]) {
      assert.equal(JSON.stringify(state).includes(text), false);
      const holders = [...engine.registrations].filter(
        ([name, given]) => name.startsWith("secret") && JSON.stringify(given).includes(text),
      );
      assert.equal(holders.length, 1);
      const { type, inputs: given } = holders[0]?.[1] ?? {};
      assert.equal(type, "gcp:secretmanager/secretVersion:SecretVersion");
      assert.deepEqual(given?.["secretData"], storedSecret(text));
    }
  });

  test("may give the name of a topic that it makes itself, and the component waits for it", async () => {
    const topic = "urn:pulumi:dev::theirs::gcp:pubsub/topic:Topic::clicks";
    const { state } = await host.construct({
      name: "shared",
      inputs: {
        mixpanelToken: secret(TOKEN),
        existingTopic: output("projects/acme/topics/clicks", { from: [topic] }),
      },
      config,
    });

    assert.equal(state["eventsTopic"], "projects/acme/topics/clicks");
    assert.equal(engine.registrations.has("shared-events-topic"), false);
    const subscriptions = [...engine.registrations].filter(
      ([name, { inputs: given }]) =>
        name.startsWith("shared") && given["topic"] === "projects/acme/topics/clicks",
    );
    assert.deepEqual(
      subscriptions.map(([, { dependencies }]) => dependencies.includes(topic)),
      [true],
    );
  });

  test("may give accounts and channels that it makes itself", async () => {
    const channel = "projects/acme/notificationChannels/7";
    await host.construct({
      name: "given",
      inputs: {
        mixpanelToken: secret(TOKEN),
        objectsServiceAccount: output("objects@acme.iam.gserviceaccount.com"),
        messagesServiceAccount: output("messages@acme.iam.gserviceaccount.com"),
        notificationChannels: [output(channel), "projects/acme/notificationChannels/8"],
      },
      config,
    });

    const accounts = ["import-object", "import-messages"].map((fn) => {
      const { inputs: given } = engine.registrations.get(`given-${fn}-function`) ?? {};
      return record(given?.["serviceConfig"])["serviceAccountEmail"];
    });
    assert.deepEqual(accounts, [
      "objects@acme.iam.gserviceaccount.com",
      "messages@acme.iam.gserviceaccount.com",
    ]);
    const alert = [...engine.registrations].find(([name]) => /^given-.*-alert-/.test(name));
    assert.deepEqual(alert?.[1].inputs["notificationChannels"], [
      channel,
      "projects/acme/notificationChannels/8",
    ]);
  });

  test("may be previewed before its token and topic are known", async () => {
    const { state } = await host.construct({
      name: "unknown",
      inputs: { mixpanelToken: output(undefined), existingTopic: output(undefined) },
      config,
      isPreview: true,
    });

    assert.equal(engine.registrations.has("unknown-events-topic"), false);
    assert.equal(state["eventsTopic"], UNKNOWN);
    const { inputs: version } = engine.registrations.get("unknown-token-version") ?? {};
    assert.deepEqual(version?.["secretData"], storedSecret(UNKNOWN));
  });

  test("may make several at once, each with its own settings", async () => {
    const made = await Promise.all(
      ["us", "eu", "in"].map((mixpanelRegion) =>
        host.construct({
          name: `in-${mixpanelRegion}`,
          inputs: { mixpanelToken: secret(`token-${mixpanelRegion}`), mixpanelRegion },
          config: { "gcp:project": `project-${mixpanelRegion}` },
        }),
      ),
    );

    assert.deepEqual(
      made.map(({ state }) => String(state["bucketUrl"]).replace(/-[0-9a-f]{6}$/, "")),
      ["us", "eu", "in"].map((region) => `gs://project-${region}-in-${region}-dev`),
    );
    for (const region of ["us", "eu", "in"])
      assert.deepEqual(
        engine.registrations.get(`in-${region}-token-version`)?.inputs["secretData"],
        storedSecret(`token-${region}`),
      );
  });

  const wrong: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
    ["a number that is none", { batchEvents: 1.5 }, /- batchEvents must be a whole number/],
    [
      "a choice that is none",
      { mixpanelRegion: "fr" },
      /- mixpanelRegion must be one of us, eu, in/,
    ],
    ["an output that decides what is made", { location: output("a") }, /- location must be known/],
    ["a secret that decides what is made", { memory: secret("1Gi") }, /- memory must be known/],
    [
      "a list with such an item",
      { uploaders: [secret("user:a@b.c")] },
      /- uploaders must be known/,
    ],
    ["a topic that is none", { existingTopic: "gs://x" }, /- existingTopic must be projects/],
    ["an empty token", { mixpanelToken: " " }, /- mixpanelToken is empty/],
  ];
  for (const [what, given, message] of wrong)
    test(`is told of ${what} before anything is registered`, async () => {
      const before = engine.resources.length;
      await assert.rejects(
        host.construct({
          name: "wrong",
          inputs: { mixpanelToken: secret(TOKEN), ...given },
          config,
        }),
        message,
      );
      assert.equal(engine.resources.length, before);
    });

  // The last one: Pulumi tells it to whatever is asked for meanwhile, too.
  test("is told of an empty secret as soon as it is known", async () => {
    await assert.rejects(
      host.construct({ name: "late", inputs: { mixpanelToken: secret("\n") }, config }),
      /mixpanelToken is empty/,
    );
  });
});

test("index.js, which is run, and index.ts, whose types are read, export the same", () => {
  const code = (path: string) => read(path).replaceAll(/^\/\/.*\n/gm, "");
  assert.equal(code("index.js"), code("index.ts"));
});

test("the package needs the same Pulumi as the program, and does not stand in its way", () => {
  const version = /^requiredPulumiVersion: .*$/m;
  assert.equal(
    version.exec(read("PulumiPlugin.yaml"))?.[0],
    version.exec(read("Pulumi.yaml"))?.[0],
  );
  // With either of them Pulumi would run the package's entry point instead of the program, find no
  // resources, and delete those there are (@pulumi/pulumi/cmd/run/run.js).
  const manifest = JSON.parse(read("package.json")) as Record<string, unknown>;
  assert.deepEqual([manifest["main"], manifest["exports"]], [undefined, undefined]);
});
