import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
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

const file = join(REPOSITORY, "README.md");
const readme = existsSync(file) ? readFileSync(file, "utf8") : "";

/** Rows that the README lacks; the padding of cells does not matter. */
function missingRows(rows: readonly string[]): string[] {
  const plain = (line: string) => line.replace(/\s*\|\s*/g, "|").trim();
  const lines = new Set(readme.split("\n").map(plain));
  return rows.filter((row) => !row.startsWith("|---") && !lines.has(plain(row)));
}

const skipWithout = (heading: string) =>
  new RegExp(`^#+ .*${heading}`, "im").test(readme) ? false : `README.md has no section ${heading}`;

test(
  "the README's table of the configuration is that of the program",
  { skip: skipWithout("Configuration") },
  () => {
    assert.deepEqual(missingRows(configurationTable()), []);
  },
);

test(
  "the README's table of outputs is that of the program",
  { skip: skipWithout("Outputs") },
  async () => {
    assert.deepEqual(missingRows(outputsTable()), []);
    assert.deepEqual(Object.keys((await runProgram()).outputs).sort(), Object.keys(OUTPUTS).sort());
  },
);

test(
  "the README's table of bindings is what the stack grants",
  { skip: skipWithout("Permissions") },
  async () => {
    const { registrations } = await runProgram();
    assert.deepEqual(missingRows(bindingsTable(bindingsOf(registrations))), []);
  },
);

test(
  "the README's example of the component is the program that is compiled and run",
  { skip: readme.includes("new MixpanelImport(") ? false : "README.md has no example" },
  () => {
    const example = readFileSync(join(REPOSITORY, "test/infra/support/example-program.ts"), "utf8");
    const [, body = ""] = example.split(/^(?=const config)/m);
    assert.ok(body.includes("new MixpanelImport("));
    assert.ok(readme.includes(body.trim()), "from `const config` on, it differs");
  },
);
