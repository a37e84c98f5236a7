import assert from "node:assert/strict";
import { test } from "node:test";

import {
  localTransformSecret,
  TEST_TRANSFORM_SECRET,
} from "../../../functions/transforms/test-secret.ts";

const CASES = [
  { environment: {}, expected: TEST_TRANSFORM_SECRET },
  { environment: { TRANSFORM_SECRET: " \n" }, expected: TEST_TRANSFORM_SECRET },
  { environment: { TRANSFORM_SECRET: "own\n" }, expected: "own" },
];

for (const { environment, expected } of CASES)
  test(`${JSON.stringify(environment)} gives ${JSON.stringify(expected)}`, () => {
    assert.equal(localTransformSecret(environment), expected);
  });
