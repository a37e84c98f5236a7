import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";

import { loadTransform, REPOSITORY } from "../../check/load-transform.ts";
import { locateErrors } from "../../check/locate-errors.ts";
import { identity, type Transform } from "../../functions/event/transform-contract.ts";
import { IN_MESSAGE } from "../functions/transforms/contexts.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { UNWATCHED } from "../support/unwatched.ts";

const STEPS = JSON.stringify(path.join(REPOSITORY, "functions/transforms/steps.ts"));

async function located(
  t: TestContext,
  code: string,
): Promise<{ readonly folder: string; readonly transform: Transform }> {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "transform.ts");
  await writeFile(path.join(folder, "helper.ts"), "\nexport const f = (r: any) => r.a.b;");
  await mkdir(path.join(folder, "node_modules/strict"), { recursive: true });
  await writeFile(
    path.join(folder, "node_modules/strict/index.js"),
    'exports.f = () => { throw new Error("strict"); };',
  );
  await writeFile(file, code);
  const options = { file, repository: REPOSITORY };
  return { folder, transform: locateErrors(await loadTransform(file, UNWATCHED), options) };
}

const CASES = [
  {
    what: "in the transform itself",
    code: 'interface A {}\nexport const transform = () => {\n  throw new Error("no");\n};',
    expected: "transform.ts:3:9: no",
  },
  {
    what: "in a file it imports",
    code: 'import { f } from "./helper.ts";\nexport const transform = f;',
    expected: "helper.ts:2:34: Cannot read properties of undefined (reading 'b')",
  },
  {
    what: "in a package: where it was called",
    code: 'import { f } from "strict";\nexport const transform = () =>\n  f();',
    expected: "transform.ts:3:3: strict",
  },
  {
    what: "in one of several steps",
    code: `import { compose } from ${STEPS};\nexport const transform = compose((r) => r, (r: any) => r.a.b);`,
    expected: "transform.ts:2:60: Cannot read properties of undefined (reading 'b')",
  },
];

for (const { what, code, expected } of CASES)
  test(`an error ${what} is told with its place`, async (t) => {
    const { folder, transform } = await located(t, code);
    assert.throws(
      () => transform({}, IN_MESSAGE),
      (error) => error instanceof Error && error.message === path.join(folder, expected),
    );
  });

test("an error of a step of the product has no place in the user's files, and says what is wrong", async (t) => {
  const { transform } = await located(
    t,
    `import { timeFrom } from ${STEPS};\nexport const transform = timeFrom("at", "seconds");`,
  );
  assert.throws(() => transform({}, IN_MESSAGE), /^Error: properties\.at: missing$/);
});

test("what is no error is thrown as it is, and identity stays itself", async (t) => {
  const { transform } = await located(t, "export const transform = () => { throw 'text'; };");
  assert.throws(
    () => transform({}, IN_MESSAGE),
    (thrown) => thrown === "text",
  );
  assert.equal(locateErrors(identity, { file: "/a.ts", repository: "/" }), identity);
});
