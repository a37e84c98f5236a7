import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { bindingsOf } from "./support/bindings.ts";
import {
  bindingsTable,
  configurationTable,
  OUTPUTS,
  outputsTable,
} from "./support/readme-tables.ts";
import { runProgram } from "./support/run-program.ts";

const textOf = (page: string) => readFileSync(join(REPOSITORY, page), "utf8");

/** Rows that the page lacks; the padding of cells does not matter. */
function missingRows(page: string, rows: readonly string[]): string[] {
  const plain = (line: string) => line.replace(/\s*\|\s*/g, "|").trim();
  const lines = new Set(textOf(page).split("\n").map(plain));
  return rows.filter((row) => !row.startsWith("|---") && !lines.has(plain(row)));
}

test("the table of the configuration is that of the program", () => {
  assert.deepEqual(missingRows("docs/configuration.md", configurationTable()), []);
});

test("the table of outputs is that of the program", async () => {
  assert.deepEqual(missingRows("docs/configuration.md", outputsTable()), []);
  assert.deepEqual(Object.keys((await runProgram()).outputs).sort(), Object.keys(OUTPUTS).sort());
});

test("the table of bindings is what the stack grants", async () => {
  const { registrations } = await runProgram();
  assert.deepEqual(
    missingRows("docs/permissions.md", bindingsTable(bindingsOf(registrations))),
    [],
  );
});

test("the example of the component is the program that is compiled and run", () => {
  const [, body = ""] = textOf("test/infra/support/example-program.ts").split(/^(?=const config)/m);
  assert.ok(body.includes("new MixpanelImport("));
  assert.ok(
    textOf("docs/component.md").includes(body.trim()),
    "from `const config` on, it differs",
  );
});
