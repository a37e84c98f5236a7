import assert from "node:assert/strict";
import { after, test } from "node:test";

import { startEngine } from "../../local/deployment/program/engine.ts";
import { runProgram } from "../../local/deployment/program/run-program.ts";
import { PROJECT_ID, providerAnswer, record, STORAGE_AGENT, TOKEN } from "./support/run-program.ts";

/** What the provider gives a function as its address; undefined: a good one. */
let address: string | undefined;

const engine = await startEngine({
  newResource: ({ type, name, inputs, custom }) => {
    const response = providerAnswer(type, name, record(inputs), custom === false);
    if (address === undefined || !type.endsWith(":Function")) return response;
    const serviceConfig = { ...record(response.state["serviceConfig"]), uri: address };
    return { ...response, state: { ...response.state, serviceConfig } };
  },
  call: () => ({ emailAddress: STORAGE_AGENT, number: "42" }),
});
after(() => {
  engine.stop();
});

const runAsPulumiDoes = (config: Readonly<Record<string, string>>) =>
  runProgram(engine.address, config);

test("Pulumi's own runner loads the program as Pulumi.yaml says, without a warning", async () => {
  const { code, output } = await runAsPulumiDoes({
    "mixpanel-gcp:mixpanelToken": TOKEN,
    "gcp:project": PROJECT_ID,
  });

  assert.deepEqual(
    { code, output, diagnostics: engine.diagnostics },
    { code: 0, output: "", diagnostics: [] },
  );
  assert.ok(engine.resources.includes("mixpanel-import-notification"));
  assert.deepEqual(
    engine.hooks
      .filter((hook) => !/projects\/service:Service|-(may|uploader|publisher)-.*-retry$/.test(hook))
      .sort(),
    [
      "gcp:cloudfunctionsv2/function:Function_mixpanel-import-import-messages-function_beforeCreate_0",
      "gcp:cloudfunctionsv2/function:Function_mixpanel-import-import-object-function_beforeCreate_0",
      "mixpanel-import-import-messages-function-advice",
      "mixpanel-import-import-object-function-advice",
      "mixpanel-import-notification-retry",
      "mixpanel-import-refused",
    ],
  );
});

test("a configuration that is wrong is one message, without a stack trace", async () => {
  const before = engine.resources.length;
  const { code } = await runAsPulumiDoes({ "mixpanel-gcp:mixpanelRegion": "fr" });

  assert.notEqual(code, 0);
  assert.equal(engine.diagnostics.length, 1);
  assert.match(
    engine.diagnostics[0] ?? "",
    /^The configuration of mixpanel-import is not usable:\n {2}- mixpanelToken is missing/,
  );
  assert.doesNotMatch(engine.diagnostics[0] ?? "", /\n\s+at /);
  assert.deepEqual(engine.resources.slice(before), ["mixpanel-gcp-dev"]);
});

test("a function without an address gets no subscription, which nobody would pull from", async (t) => {
  const before = { diagnostics: engine.diagnostics.length, resources: engine.resources.length };
  address = "";
  t.after(() => {
    address = undefined;
  });
  const { code } = await runAsPulumiDoes({
    "mixpanel-gcp:mixpanelToken": TOKEN,
    "gcp:project": PROJECT_ID,
  });

  assert.notEqual(code, 0);
  const told = engine.diagnostics.slice(before.diagnostics);
  // An error that comes late has no stack trace either.
  for (const text of told) assert.doesNotMatch(text, /\n\s+at /);
  assert.match(
    told.join("\n"),
    /has no address: its creation has failed before\. Run: pulumi up --replace 'urn:pulumi:/,
  );
  const registered = engine.resources.slice(before.resources);
  assert.ok(registered.includes("mixpanel-import-import-object-function"));
  assert.deepEqual(
    registered.filter((name) => /import-(object|messages)-subscription$/.test(name)),
    [],
  );
});
