import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { OUTPUTS } from "./support/docs-tables.ts";
import { runProgram } from "./support/run-program.ts";

const textOf = (page: string) => readFileSync(join(REPOSITORY, page), "utf8");

test("the outputs that docs/configuration.md explains are those of the program", async () => {
  assert.deepEqual(Object.keys((await runProgram()).outputs).sort(), Object.keys(OUTPUTS).sort());
});

test("the example of docs/component.md is the program that is compiled and run", () => {
  const [, body = ""] = textOf("test/infra/support/example-program.ts").split(/^(?=const config)/m);
  assert.ok(body.includes("new MixpanelImport("));
  assert.ok(
    textOf("docs/component.md").includes(body.trim()),
    "from `const config` on, it differs",
  );
});
