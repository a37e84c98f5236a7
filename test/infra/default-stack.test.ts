import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { bundleFunction } from "../../archive/bundle.ts";
import { type ProgramRun, record, runProgram } from "./support/run-program.ts";

const EXPECTED = join(import.meta.dirname, "expected/default-stack.json");

/**
 * Every input of every resource, read over by a person when it was written. After a change that is
 * meant, run this test with UPDATE_EXPECTED=1 and review the difference: it is what
 * `pulumi preview` will show to users.
 */
test("the default stack asks for exactly these inputs", async () => {
  const actual = `${JSON.stringify(inputsOf(await runProgram()), null, 2)}\n`;
  if (process.env["UPDATE_EXPECTED"] === "1") writeFileSync(EXPECTED, actual);
  assert.deepEqual(JSON.parse(actual), JSON.parse(readFileSync(EXPECTED, "utf8")));
});

test("the archive holds the files of the build, under the name of their hash", async () => {
  const { registrations } = await runProgram();
  const { files, code } = bundleFunction();
  const archive = registrations.find(({ type }) => type.endsWith(":BucketObject"));
  const assets = Object.entries(record(record(archive?.inputs["source"])["assets"]));

  assert.equal(archive?.inputs["name"], `src/${code}.zip`);
  assert.deepEqual(archive.ignoreChanges, ["detectMd5hash"]);
  // The text of an asset would be in the state as it is.
  assert.ok(assets.every(([, asset]) => record(asset)["text"] === undefined));
  assert.deepEqual(
    Object.fromEntries(
      assets.map(([name, asset]) => [
        name,
        readFileSync(join(process.cwd(), String(record(asset)["path"])), "utf8"),
      ]),
    ),
    files,
  );
});

test("the same tree gives the same archive in every run", async () => {
  const names = new Set<unknown>();
  for (const stack of ["dev", "prod"])
    for (const { type, inputs } of (await runProgram({ stack })).registrations)
      if (type.endsWith(":BucketObject")) names.add(inputs["name"]);
  assert.equal(names.size, 1);
});

test("a second run of the unchanged program asks for exactly the same", async () => {
  const [first, second] = [await runProgram(), await runProgram()];
  const asked = ({ registrations }: ProgramRun) =>
    registrations
      .map(({ urn, rawInputs, dependencies }) => JSON.stringify([urn, rawInputs, dependencies]))
      .sort();
  assert.deepEqual(asked(first), asked(second));
});

/** Inputs by type and name; what has a test of its own, or changes with the code, is left out. */
function inputsOf({ registrations }: ProgramRun): Record<string, unknown> {
  const { code } = bundleFunction();
  const entries = registrations
    .filter(({ custom }) => custom)
    .map(({ type, name, inputs }): [string, unknown] => {
      const { source, dashboardJson, ...shown } = inputs;
      const left = {
        ...(source === undefined ? {} : { source: "archive" }),
        ...(dashboardJson === undefined ? {} : { dashboardJson: "JSON" }),
      };
      const text = JSON.stringify({ ...shown, ...left }).replaceAll(code, "<code>");
      return [`${type} ${name}`, JSON.parse(text)];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}
