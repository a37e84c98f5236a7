import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../../archive/bundle.ts";
import {
  CONFIGURATION,
  configKeys,
  type Declaration,
} from "../../../infra/configuration/schema.ts";
import { renderProjectFile } from "../support/project-file.ts";

test("Pulumi.yaml declares exactly the keys, types and defaults that the program reads", () => {
  assert.equal(readFileSync(join(REPOSITORY, "Pulumi.yaml"), "utf8"), renderProjectFile());
});

test("every declaration is one that Pulumi's project schema knows", () => {
  // https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/project.json: a type of
  // these, and for an array the type of its items.
  for (const key of configKeys()) {
    const { type, default: value }: Declaration = CONFIGURATION[key];
    assert.ok(["string", "integer", "boolean", "array"].includes(type), key);
    assert.equal(Array.isArray(value) ? "array" : typeof value, type.replace("integer", "number"));
  }
});

test("every default is within its own range", () => {
  for (const key of configKeys()) {
    const declaration: Declaration = CONFIGURATION[key];
    if (declaration.type === "integer")
      assert.ok(
        declaration.default >= declaration.min && declaration.default <= declaration.max,
        key,
      );
    if (declaration.type === "string" && declaration.oneOf !== undefined)
      assert.ok(declaration.oneOf.includes(declaration.default), key);
  }
});
