import assert from "node:assert/strict";
import { test } from "node:test";

import { objectOf } from "../../../cli/doctor/resource.ts";
import {
  DEFAULT_TIMEOUT_SECONDS,
  MAX_DELIVERY_ATTEMPTS,
  MAXIMUM_BACKOFF_SECONDS,
} from "../../../cli/doctor/stack-values.ts";
import { runProgram } from "../../infra/support/run-program.ts";

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
