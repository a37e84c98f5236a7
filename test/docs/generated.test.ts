import assert from "node:assert/strict";
import { test } from "node:test";

import { Command } from "commander";

import { addLocalCommand } from "../../cli/local-command.ts";
import * as steps from "../../functions/transforms/steps.ts";
import { GENERATED_PAGES, generatePage } from "./support/generated.ts";
import { textOf } from "./support/pages.ts";

for (const page of GENERATED_PAGES)
  test(`${page} has what is made from the code (npm run docs:update writes it)`, async () => {
    const { actual, expected } = await generatePage(page);
    assert.equal(actual, expected);
  });

test("docs/transform.md has a row for each step, and no other", () => {
  const [, section = ""] = textOf("docs/transform.md").split(/^## Steps$/m);
  const [table = ""] = section.split(/^## /m);
  const named = [...table.matchAll(/^\|(.*?)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)\(/g)].map(([, name = ""]) => name),
  );
  // What steps are put together with, and what stands for none.
  const others = ["compose", "identity"];
  const exported = Object.keys(steps).filter((name) => !others.includes(name));
  assert.deepEqual(named.sort(), exported.sort());
});

test("docs/local.md has a row for each option of local, and no other", () => {
  const program = new Command();
  addLocalCommand(program, AbortSignal.abort(), () => undefined);
  const options = program.commands.flatMap((command) => command.options);
  const named = [...textOf("docs/local.md").matchAll(/^\| `(--[\w-]+)/gm)].map(([, name]) => name);
  assert.deepEqual(named.sort(), options.map(({ long }) => long ?? "").sort());
});
