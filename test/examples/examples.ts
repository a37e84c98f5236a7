import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { suite, test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { objections, type Written } from "../infra/support/program-arguments.ts";
import { record } from "../infra/support/run-program.ts";
import { schema } from "../infra/support/served-component.ts";

/**
 * That the examples in other languages are written as the schema has it. No test file of its own:
 * test/infra/component-package.test.ts has the schema served, and imports it.
 */

// Pulumi's own copy: it is its dependency, not ours.
const { load } = createRequire(import.meta.resolve("@pulumi/pulumi"))("js-yaml") as {
  load: (text: string) => unknown;
};

const outputs = Object.keys(Object.values(schema.resources)[0]?.properties ?? {});

function read(path: string): string {
  return readFileSync(join(REPOSITORY, "examples", path), "utf8");
}

suite("examples/yaml", () => {
  const program = record(load(read("yaml/Pulumi.yaml")));
  const resources = Object.entries(record(program["resources"]));

  test("makes the component, and sets only what it has", () => {
    assert.equal(resources.length, 1);
    for (const [name, resource] of resources) {
      const { type, properties } = record(resource);
      assert.equal(type, "mixpanel-gcp:MixpanelImport", name);
      const args = new Map(
        Object.entries(record(properties)).map(([key, value]) => [key, writtenInYaml(value)]),
      );
      assert.ok(args.size > 5);
      assert.deepEqual(objections(schema, args), []);
    }
  });

  test("refers only to what is there", () => {
    const names = [...Object.keys(record(program["config"])), ...resources.map(([name]) => name)];
    for (const [, name = "", output] of read("yaml/Pulumi.yaml").matchAll(
      /\$\{(\w+)(?:\.(\w+))?\}/g,
    )) {
      assert.ok(names.includes(name), name);
      if (output !== undefined) assert.ok(outputs.includes(output), output);
    }
  });
});

function writtenInYaml(value: unknown): Written {
  if (typeof value === "string")
    return value.startsWith("${") ? { kind: "expression" } : { kind: "string", text: value };
  if (typeof value === "number") return { kind: "number" };
  if (typeof value === "boolean") return { kind: "boolean" };
  return { kind: Array.isArray(value) ? "list" : "map" };
}

suite("examples/python", () => {
  const program = read("python/__main__.py");
  // Each argument is on a line of its own, at the first indentation.
  const components = [...program.matchAll(/mixpanel\.MixpanelImport\(\n([\s\S]*?)\n\)/g)].map(
    ([, lines = ""]) =>
      new Map(
        [...lines.matchAll(/^ {4}(\w+)=(.*),$/gm)]
          .filter(([, key]) => key !== "opts")
          .map(([, key = "", value = ""]) => [camelCase(key), writtenInPython(value)]),
      ),
  );

  test("makes two components, and sets only what they have", () => {
    assert.equal(components.length, 2);
    for (const args of components) {
      assert.ok(args.size > 4);
      assert.deepEqual(objections(schema, args), []);
    }
  });

  test("reads only outputs that there are", () => {
    const used = [...program.matchAll(/\b(?:web|app)\.(\w+)/g)].map(([, name = ""]) =>
      camelCase(name),
    );
    assert.ok(used.length > 3);
    assert.deepEqual(
      used.filter((name) => !outputs.includes(name)),
      [],
    );
  });

  const python = spawnSync("python3", ["--version"]);
  const skip = python.error === undefined ? false : "python3 is not installed";
  test("is Python", { skip }, () => {
    const { status, stderr } = spawnSync(
      "python3",
      ["-c", "import ast, sys; ast.parse(sys.stdin.read())"],
      {
        input: program,
        encoding: "utf8",
      },
    );
    assert.equal(status, 0, stderr);
  });
});

function writtenInPython(value: string): Written {
  const [, type = "", member = ""] = /^mixpanel\.(\w+)\.(\w+)$/.exec(value) ?? [];
  if (type !== "") return { kind: "choice", type, member };
  const [, , text] = /^(["'])(.*)\1$/.exec(value) ?? [];
  if (text !== undefined) return { kind: "string", text };
  if (/^[\d_.]+$/.test(value)) return { kind: "number" };
  if (value === "True" || value === "False") return { kind: "boolean" };
  if (value.startsWith("[")) return { kind: "list" };
  return { kind: value.startsWith("{") ? "map" : "expression" };
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

suite("every example", () => {
  for (const path of globSync("*/Pulumi.yaml", { cwd: join(REPOSITORY, "examples") }))
    test(`${path} is a project that finds the package and keeps its tokens secret`, () => {
      const { name, runtime, packages, config } = record(load(read(path)));
      assert.match(String(name), /^[\w.-]+$/);
      const language = typeof runtime === "string" ? runtime : record(runtime)["name"];
      // A TypeScript program imports the component as it is.
      if (language !== "nodejs") assert.deepEqual(packages, { "mixpanel-gcp": "../.." });
      for (const [key, declaration] of Object.entries(record(config)))
        assert.equal(record(declaration)["secret"], /token/i.test(key), key);
    });
});

test("a program that would be refused is", () => {
  const args = new Map<string, Written>([
    ["mixpanelRegion", { kind: "string", text: "fr" }],
    ["batchEvents", { kind: "string", text: "10" }],
    ["location", { kind: "expression" }],
    ["bucket", { kind: "string", text: "b" }],
    ["syntheticId", { kind: "choice", type: "MixpanelRegion", member: "RECORD" }],
  ]);
  assert.deepEqual(objections(schema, args), [
    "there is no bucket",
    "mixpanelToken is missing",
    "mixpanelRegion is written as a string",
    "batchEvents is written as a string",
    "location is written as a expression",
    "syntheticId is written as a choice",
  ]);
});
