import assert from "node:assert/strict";
import { test } from "node:test";

import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { MixpanelImport } from "../../infra/mixpanel-import.ts";
import { INVARIANTS } from "./support/invariants.ts";
import { graphOf } from "./support/graph.ts";
import { validate } from "./support/provider-rules.ts";
import { PROJECT_ID, record, runProgram, TOKEN } from "./support/run-program.ts";

test("another program uses the component under a name of its own", async () => {
  const run = await runProgram({
    program: async () => record(await import("./support/example-program.ts")),
  });

  assert.match(String(run.outputs["upload"]), /^gs:\/\/acme-data-web-events-dev-[0-9a-f]{6}$/);
  assert.equal(
    run.outputs["deadLetters"],
    `projects/${PROJECT_ID}/subscriptions/web-events-dev-dead-letters`,
  );
  for (const { custom, type, name, inputs } of run.registrations) {
    assert.ok(name.startsWith("web-events"), name);
    if (custom) assert.deepEqual(validate(type, inputs), [], name);
  }
  const others = Object.entries(INVARIANTS).filter(
    ([rule]) => rule !== "everything is inside the component",
  );
  for (const [rule, offendersOf] of others) assert.deepEqual(offendersOf(run), [], rule);
});

test("two components live in one stack", async () => {
  const { registrations } = await runProgram({
    program: () => {
      new MixpanelImport("one", { mixpanelToken: TOKEN });
      new MixpanelImport("two", { mixpanelToken: TOKEN, manageServices: false });
      return Promise.resolve({});
    },
  });
  const physical = registrations
    .filter(({ custom }) => custom)
    .flatMap(({ type, inputs }) => {
      const { name, accountId, secretId, repositoryId } = inputs;
      const own = name ?? accountId ?? secretId ?? repositoryId;
      return type.endsWith("IamMember") || own === undefined
        ? []
        : [`${type} ${JSON.stringify(own)}`];
    })
    .filter((name) => !name.includes("src/"));
  assert.deepEqual(
    physical.filter((name, index) => physical.indexOf(name) !== index),
    [],
  );
});

test("a plain token becomes a secret", async () => {
  const run = await runProgram({
    program: () => {
      new MixpanelImport("plain", { mixpanelToken: TOKEN });
      return Promise.resolve({});
    },
  });
  assert.deepEqual(INVARIANTS["the token is in one input, marked secret"]?.(run), []);
});

test("wrong arguments are refused before anything is registered", async () => {
  let failure: unknown;
  const { registrations } = await runProgram({
    program: () => {
      try {
        new MixpanelImport("wrong", { mixpanelToken: TOKEN, memory: "1GB", batchEvents: 0 });
      } catch (error) {
        failure = error;
      }
      return Promise.resolve({});
    },
  });
  assert.equal(pulumi.RunError.isInstance(failure), true);
  assert.match(String(failure), /batchEvents must be .*\n.*memory must be/);
  assert.deepEqual(registrations, []);
});

test("it runs under the mocks of a program that knows nothing of hooks", async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: record(inputs) }),
      call: ({ inputs }) => record(inputs),
    },
    "theirs",
    "test",
  );
  pulumi.runtime.setAllConfig({ "gcp:project": PROJECT_ID });
  const component = new MixpanelImport("theirs", { mixpanelToken: TOKEN });
  const name = await new Promise((resolve) => {
    component.importObjectFunction.apply(resolve);
  });
  assert.equal(name, "theirs-test-import-object");
  await pulumi.runtime.disconnect();
});

test("what is given to the component holds for everything in it", async () => {
  const { registrations } = await runProgram({
    program: () => {
      const provider = new gcp.Provider("theirs", { project: PROJECT_ID });
      const before = new gcp.pubsub.Topic("before", { name: "before" }, { provider });
      new MixpanelImport("one", { mixpanelToken: TOKEN }, { dependsOn: before, provider });
      return Promise.resolve({});
    },
  });
  const graph = graphOf(registrations);
  const inside = registrations.filter(({ custom, name }) => custom && name.startsWith("one-"));
  assert.ok(inside.length > 60);
  for (const { name, provider } of inside) {
    assert.ok(graph.awaitedBy(name).has("before"), name);
    assert.match(provider, /::theirs::/, name);
  }
});

test("protect of the component protects everything in it", async () => {
  const { registrations } = await runProgram({
    program: () => {
      new MixpanelImport("one", { mixpanelToken: TOKEN }, { protect: true });
      return Promise.resolve({});
    },
  });
  const open = registrations.filter(({ custom, protect }) => custom && !protect);
  assert.deepEqual(
    open.map(({ name }) => name),
    [],
  );
});

test("a second component that depends on the first waits for its APIs", async () => {
  const { registrations } = await runProgram({
    program: () => {
      const one = new MixpanelImport("one", { mixpanelToken: TOKEN });
      new MixpanelImport(
        "two",
        { mixpanelToken: TOKEN, manageServices: false },
        { dependsOn: one },
      );
      return Promise.resolve({});
    },
  });
  const graph = graphOf(registrations);
  for (const { name, custom } of registrations)
    if (custom && name.startsWith("two-"))
      assert.ok(graph.awaitedBy(name).has("one-apis-pubsub"), name);
});
