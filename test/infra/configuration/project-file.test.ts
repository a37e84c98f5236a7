import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, matchesGlob } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../../archive/bundle.ts";
import {
  CONFIGURATION,
  configKeys,
  type Declaration,
} from "../../../infra/configuration/schema.ts";
import { renderProjectFile } from "../support/project-file.ts";
import { record } from "../support/run-program.ts";

const file = readFileSync(join(REPOSITORY, "Pulumi.yaml"), "utf8");
// Pulumi's own copy: it is its dependency, not ours.
const { load } = createRequire(import.meta.resolve("@pulumi/pulumi"))("js-yaml") as {
  load: (text: string) => unknown;
};

/** Parts of a project file that a project made of this template still has. */
function lasting(text: string): unknown {
  const { config, main, requiredPulumiVersion, runtime } = record(load(text));
  // `pulumi new` adds tags of the stack, under a name of its own.
  const own = Object.entries(record(config)).filter(([key]) => !key.includes(":"));
  const { nodeargs, typescript } = record(record(runtime)["options"]);
  return { config: Object.fromEntries(own), main, requiredPulumiVersion, nodeargs, typescript };
}

test("Pulumi.yaml declares exactly the keys, types and defaults that the program reads", () => {
  assert.deepEqual(lasting(file), lasting(renderProjectFile()));
});

// `pulumi new` gives a project a name and a description of its own, and takes the template out.
const isTemplate = file.includes("\ntemplate:\n");

test(
  "Pulumi.yaml is written as this repository writes it",
  { skip: isTemplate ? false : "this project was made by `pulumi new`" },
  () => {
    assert.equal(file, renderProjectFile());
  },
);

test(
  "`pulumi new` asks for what has no default, and for the region, and hides the token",
  { skip: isTemplate ? false : "this project was made by `pulumi new`" },
  () => {
    const { template } = record(load(file));
    const asked = record(record(template)["config"]);
    const withDefault = Object.entries(asked).filter(([, key]) => "default" in record(key));
    const hidden = Object.entries(asked).filter(([, key]) => record(key)["secret"] === true);
    assert.deepEqual(Object.keys(asked), ["gcp:project", "mixpanelRegion", "mixpanelToken"]);
    assert.deepEqual(
      withDefault.map(([key, value]) => [key, record(value)["default"]]),
      [["mixpanelRegion", CONFIGURATION.mixpanelRegion.default]],
    );
    assert.deepEqual(
      hidden.map(([key]) => key),
      ["mixpanelToken"],
    );
    for (const [key, value] of Object.entries(asked))
      assert.match(String(record(value)["description"]), /\w{4}/, key);
  },
);

test("every declaration is one that Pulumi's project schema knows", () => {
  // https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/project.json: a type of
  // these, and for an array the type of its items.
  for (const key of configKeys()) {
    const { type, default: value }: Declaration = CONFIGURATION[key];
    assert.ok(["string", "integer", "boolean", "array"].includes(type), key);
    assert.equal(Array.isArray(value) ? "array" : typeof value, type.replace("integer", "number"));
  }
});

test("no secret has a default, which the command line would want to be encrypted", () => {
  const file = readFileSync(join(REPOSITORY, "Pulumi.yaml"), "utf8");
  const [, config = ""] = file.split(/^config:$/m);
  const keys = config.split(/^ {2}(?=\w)/m);
  const secrets = keys.filter((key) => key.includes("secret: true"));
  assert.deepEqual(
    secrets.map((key) => key.split(":")[0]),
    ["mixpanelToken"],
  );
  for (const key of secrets) assert.doesNotMatch(key, /default:/);
  assert.ok(!configKeys().some((key) => key.toLowerCase().includes("secret")));
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

test("the configuration of stacks is committed: of theirs, git ignores that of test stacks only", () => {
  const ignored = readFileSync(join(REPOSITORY, ".gitignore"), "utf8").split("\n");
  const hides = (file: string) => ignored.filter((pattern) => matchesGlob(file, pattern));
  for (const stack of ["dev", "prod", "production", "test"])
    assert.deepEqual(hides(`Pulumi.${stack}.yaml`), []);
  assert.deepEqual(hides("Pulumi.preview-test.yaml"), ["Pulumi.preview-test.yaml"]);
});
