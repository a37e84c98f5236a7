import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isObject } from "../../functions/platform/json.ts";
import { ENTRY_POINTS, type EntryPoint, parseSettings } from "../../functions/settings.ts";
import { environmentOf } from "../../local/cloud.ts";
import { DEFAULT_PROGRAM, LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import { pushSubscription } from "../../local/deliveries.ts";

// The cloud of the end-to-end tests is wired by hand: it may not be another one than the program's.

/** Inputs of the one resource of that type which has this text in them. */
function inputsOf(type: string, text: string): Readonly<Record<string, unknown>> {
  const found = DEFAULT_PROGRAM.resources.filter(
    (resource) => resource.type === type && JSON.stringify(resource.inputs).includes(text),
  );
  assert.equal(found.length, 1, `${type} with ${text}`);
  return found[0]?.inputs ?? {};
}

function registeredEnvironment(entryPoint: EntryPoint): Record<string, string> {
  const { serviceConfig } = inputsOf(
    "gcp:cloudfunctionsv2/function:Function",
    `"entryPoint":"${entryPoint}"`,
  );
  const variables = isObject(serviceConfig) ? serviceConfig["environmentVariables"] : undefined;
  assert.ok(isObject(variables));
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]));
}

for (const entryPoint of ENTRY_POINTS)
  describe(`${entryPoint} in the cloud of the tests`, () => {
    it("has the settings that the program registers", () => {
      const settingsOf = (environment: Readonly<Record<string, string>>) =>
        parseSettings({ ...environment, MIXPANEL_TOKEN: "a-token" }, entryPoint);
      const registered = registeredEnvironment(entryPoint);
      assert.deepEqual(settingsOf(environmentOf(entryPoint, {})), settingsOf(registered));
    });

    it("gets its messages as the program's subscription pushes them", () => {
      const url = "http://127.0.0.1:1";
      const { name, topic, ackDeadlineSeconds, deadLetterPolicy } = pushSubscription(
        entryPoint,
        url,
      );
      const inputs = inputsOf(
        "gcp:pubsub/subscription:Subscription",
        `"pushEndpoint":"https://mixpanel-import-${LOCAL_PROJECT.stack}-${entryPoint === "importObject" ? "import-object" : "import-messages"}-`,
      );
      assert.deepEqual(
        { name, topic, ackDeadlineSeconds, deadLetterPolicy },
        {
          name: `projects/${LOCAL_PROJECT.project}/subscriptions/${String(inputs["name"])}`,
          topic: inputs["topic"],
          ackDeadlineSeconds: inputs["ackDeadlineSeconds"],
          deadLetterPolicy: inputs["deadLetterPolicy"],
        },
      );
    });
  });
