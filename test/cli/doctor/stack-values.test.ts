import assert from "node:assert/strict";
import { test } from "node:test";

import {
  comparable,
  CONFIGURED,
  configuredValue,
  variablesOf,
} from "../../../cli/doctor/function-variables.ts";
import { objectOf } from "../../../cli/doctor/resource.ts";
import {
  DEFAULT_TIMEOUT_SECONDS,
  MAX_DELIVERY_ATTEMPTS,
  MAXIMUM_BACKOFF_SECONDS,
  RUNTIME,
} from "../../../cli/doctor/stack-values.ts";
import { stackOf } from "../../../cli/stack/stack.ts";
import { runProgram } from "../../infra/support/run-program.ts";
import { OUTPUTS } from "./healthy.ts";

const STACK = stackOf(OUTPUTS, { title: "a stack", origin: "a test", local: undefined });

test("what is compared with is what the stack sets", async () => {
  const { registrations } = await runProgram();
  const inputsOf = (type: string) =>
    registrations.filter((one) => one.type === type).map(({ inputs }) => inputs);
  const pushing = inputsOf("gcp:pubsub/subscription:Subscription").filter(
    ({ deadLetterPolicy }) => deadLetterPolicy !== undefined,
  );
  const functions = inputsOf("gcp:cloudfunctionsv2/function:Function");

  assert.deepEqual([pushing.length, functions.length], [2, 2]);
  for (const { deadLetterPolicy, retryPolicy } of pushing) {
    assert.equal(objectOf(deadLetterPolicy)["maxDeliveryAttempts"], MAX_DELIVERY_ATTEMPTS);
    assert.equal(objectOf(retryPolicy)["maximumBackoff"], `${MAXIMUM_BACKOFF_SECONDS}s`);
  }
  for (const { serviceConfig } of functions)
    assert.equal(objectOf(serviceConfig)["timeoutSeconds"], DEFAULT_TIMEOUT_SECONDS);
});

test("the settings of functions are compared with what the stack gives to them", async () => {
  const config = { includeObjects: '["a/**","b/*"]', formats: '{"**/*.x":"csv","a":"ndjson"}' };
  const cases: readonly Readonly<Record<string, string>>[] = [{}, config];
  for (const given of cases) {
    const { registrations } = await runProgram({ config: given });
    const settings = new Map(Object.entries(given));
    const functions = registrations.filter(({ type }) => type.includes("cloudfunctionsv2"));

    assert.equal(functions.length, 2);
    for (const { inputs } of functions) {
      const { entryPoint, runtime } = objectOf(inputs["buildConfig"]);
      const { LOG_EXECUTION_ID, ...set } = objectOf(
        objectOf(inputs["serviceConfig"])["environmentVariables"],
      );
      const isImportObject = entryPoint === "importObject";
      const outputs = Object.keys(variablesOf(STACK, isImportObject));
      const configured = Object.entries(CONFIGURED).flatMap(([variable, source]) => {
        const value = configuredValue(source, settings);
        return value === "" ? [] : [[variable, value] as const];
      });

      assert.equal(runtime, RUNTIME);
      assert.equal(LOG_EXECUTION_ID, "true");
      assert.deepEqual(
        Object.keys(set).sort(),
        [...outputs, ...configured.map(([variable]) => variable)].sort(),
      );
      for (const [variable, value] of configured)
        assert.equal(comparable(String(set[variable])), value);
    }
  }
});
