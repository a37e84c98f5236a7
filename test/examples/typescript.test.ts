import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { graphOf } from "../infra/support/graph.ts";
import { functionsOf, ofType } from "../infra/support/invariants.ts";
import { validate } from "../infra/support/provider-rules.ts";
import { type ProgramRun, record, runProgram } from "../infra/support/run-program.ts";

const config = { webToken: "planted-web-token", appToken: "planted-app-token" };

const programs = {
  "shared-topic": await runProgram({
    config,
    program: async () => record(await import("../../examples/typescript/shared-topic.ts")),
  }),
  "shared-bucket": await runProgram({
    config,
    program: async () => record(await import("../../examples/typescript/shared-bucket.ts")),
  }),
};

for (const [name, run] of Object.entries(programs))
  suite(`examples/typescript/${name}.ts`, () => {
    test("asks for nothing that the provider refuses, nor for anything twice", () => {
      const custom = run.registrations.filter((resource) => resource.custom);
      for (const { type, name: resource, inputs } of custom)
        assert.deepEqual(validate(type, inputs), [], resource);
      const urns = custom.map(({ urn }) => urn);
      assert.equal(new Set(urns).size, urns.length);
      assert.equal(functionsOf(run.registrations).length, 4);
      assert.deepEqual(run.warnings, []);
    });

    test("gives each Mixpanel project's token to its own functions only", () => {
      const versions = ofType(run.registrations, "gcp:secretmanager/secretVersion:SecretVersion");
      assert.deepEqual(
        versions.map(({ name: version, inputs }) => [version, inputs["secretData"]]),
        [
          ["web-token-version", "planted-web-token"],
          ["app-token-version", "planted-app-token"],
        ],
      );
      for (const { name: fn, inputs } of functionsOf(run.registrations))
        assert.equal(secretOf(inputs), `${fn.split("-")[0] ?? ""}-dev-token`);
    });

    test("enables the APIs once, and the second component waits for it", () => {
      const graph = graphOf(run.registrations);
      assert.ok(ofType(run.registrations, "gcp:projects/service:Service").length > 5);
      for (const { name: resource, custom } of run.registrations)
        if (custom && resource.startsWith("app-"))
          assert.ok(graph.awaitedBy(resource).has("web-apis-pubsub"), resource);
    });

    test("is, word for word, what docs/several-projects.md shows", () => {
      const code = readFileSync(join(REPOSITORY, `examples/typescript/${name}.ts`), "utf8");
      const page = readFileSync(join(REPOSITORY, "docs/several-projects.md"), "utf8");
      // Up to where it reads its configuration there are only imports.
      const body = code.slice(code.indexOf("const config")).trim();
      assert.ok(page.includes(`\`\`\`ts\n${body}\n\`\`\``));
    });
  });

/** The id of the secret that a function gets as its token. */
function secretOf(inputs: Readonly<Record<string, unknown>>): unknown {
  const service = record(inputs["serviceConfig"]);
  return record(Object.values(record(service["secretEnvironmentVariables"]))[0])["secret"];
}

/** The subscription of a component that pushes to `importMessages`. */
function eventsOf(run: ProgramRun, component: string): Readonly<Record<string, unknown>> {
  const subscription = run.registrations.find(
    ({ name, type }) =>
      type === "gcp:pubsub/subscription:Subscription" &&
      name.startsWith(`${component}-import-messages`),
  );
  return subscription?.inputs ?? {};
}

test("one topic, and each message passes exactly one filter", () => {
  const run = programs["shared-topic"];
  const [web, app] = [eventsOf(run, "web"), eventsOf(run, "app")];
  assert.equal(web["topic"], app["topic"]);
  assert.equal(web["filter"], 'attributes.product = "web"');
  assert.equal(app["filter"], `NOT (${web["filter"]})`);
  const topics = ofType(run.registrations, "gcp:pubsub/topic:Topic").map(({ name }) => name);
  assert.deepEqual(
    topics.filter((name) => name.endsWith("-events-topic")),
    ["web-events-topic"],
  );
});

test("one bucket, of which each function takes what the other leaves", () => {
  const run = programs["shared-bucket"];
  const notifications = ofType(run.registrations, "gcp:storage/notification:Notification");
  assert.equal(notifications.length, 2);
  assert.equal(new Set(notifications.map(({ inputs }) => inputs["bucket"])).size, 1);
  assert.equal(new Set(notifications.map(({ inputs }) => inputs["topic"])).size, 2);
  const globs = functionsOf(run.registrations)
    .filter(({ name }) => name.includes("import-object"))
    .map(({ name, inputs }) => {
      const environment = record(record(inputs["serviceConfig"])["environmentVariables"]);
      return [name, environment["INCLUDE_OBJECTS"], environment["EXCLUDE_OBJECTS"]];
    });
  assert.deepEqual(globs, [
    ["web-import-object-function", "web/**", undefined],
    ["app-import-object-function", undefined, "web/**"],
  ]);
});
