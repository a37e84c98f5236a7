import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import type { JsonRecord } from "../../../functions/event/transform-contract.ts";
import { capProperties, compose, flattenProperties } from "../../../functions/transforms/steps.ts";
import { isJsonObject } from "../../../local/json.ts";
import { refuseProperties } from "../../../local/mixpanel/value-check.ts";
import { applyTo } from "./contexts.ts";

const LIMITS = { maxProperties: 254, isUtf8: true } as const;

const properties = fc
  .dictionary(fc.string({ unit: "grapheme", maxLength: 300 }), fc.jsonValue({ maxDepth: 6 }), {
    maxKeys: 300,
  })
  .map((value) => value as JsonRecord);

for (const [name, step] of [
  ["capped", capProperties()],
  ["flattened and capped", compose(flattenProperties(), capProperties())],
] as const)
  test(`whatever is ${name} is within Mixpanel's limits, and stays as it is when capped again`, () => {
    fc.assert(
      fc.property(properties, (value) => {
        const once = applyTo(step, value);
        assert.ok(isJsonObject(once));
        const refusal = refuseProperties(once, LIMITS);
        assert.equal(refusal, undefined);
        assert.equal(applyTo(capProperties(), once as JsonRecord), once);
      }),
      { numRuns: 60 },
    );
  });
