import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { identity } from "../../functions/event/transform-contract.ts";
import { loadTransform, OWN_TRANSFORM } from "../../check/load-transform.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { IN_MESSAGE } from "../functions/transforms/contexts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { UNWATCHED } from "../support/unwatched.ts";

const CONTRACT = fileURLToPath(
  new URL("../../functions/event/transform-contract.ts", import.meta.url),
);

test("the transform of the repository can be loaded", async () => {
  assert.equal(typeof (await loadTransform(OWN_TRANSFORM, UNWATCHED)), "function");
});

test("identity stays recognisable", async (t) => {
  const file = path.join(await temporaryFolder(t), "same.ts");
  await writeFile(file, `export { identity as transform } from ${JSON.stringify(CONTRACT)};`);
  assert.equal(await loadTransform(file, UNWATCHED), identity);
});

test("a transform brings its own imports", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, "name.js"), 'export const name = "N";');
  const file = path.join(folder, "transform.ts");
  await writeFile(
    file,
    'import { name } from "./name.js";\nexport const transform = (): object => ({ event: name });',
  );
  assert.deepEqual((await loadTransform(file, UNWATCHED))({}, IN_MESSAGE), { event: "N" });
});

test("a CommonJS module that needs one of Node's own can be imported", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, "eol.cjs"), 'exports.eol = require("os").EOL;');
  const file = path.join(folder, "transform.ts");
  await writeFile(
    file,
    'import { eol } from "./eol.cjs";\nexport const transform = () => ({ event: eol });',
  );
  assert.deepEqual((await loadTransform(file, UNWATCHED))({}, IN_MESSAGE), { event: os.EOL });
});

const MISTAKES = [
  ["a top-level await", "export const transform = await 1;", /broken\.ts:1:26: Top-level await/],
  ["a syntax error", "export const transform =\n  (;", /broken\.ts:2:4: /],
  [
    "an import that leads nowhere",
    'import "./absent.ts";',
    /broken\.ts:1:8: Could not resolve "\.\/absent\.ts"$/,
  ],
  [
    "a package that is not installed",
    'import { a } from "@absent/package/deep"; export const transform = a;',
    /broken\.ts:1:19: Could not resolve .*\. Run: npm install @absent\/package$/,
  ],
  ["no transform", "export const other = 1;", /no export named "transform" \(it exports other\)/],
  ["no function", "export const transform = 1;", /"transform" of .*broken\.ts is not a function/],
  [
    "an error when it is loaded",
    'throw new Error("no key");',
    /broken\.ts:1:7: the transform failed while it was loaded: no key/,
  ],
] as const;

for (const [name, code, message] of MISTAKES)
  test(`${name} is told with the file`, async (t) => {
    const file = path.join(await temporaryFolder(t), "broken.ts");
    await writeFile(file, code);
    await assert.rejects(loadTransform(file, UNWATCHED), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  });
