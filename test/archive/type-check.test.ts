import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { typeProblems } from "../../archive/type-check.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FUNCTIONS = fileURLToPath(new URL("../../functions", import.meta.url));
const CONTRACT = JSON.stringify(path.join(FUNCTIONS, "event/transform-contract.ts"));
const STEPS = JSON.stringify(path.join(FUNCTIONS, "transforms/steps.ts"));
const WRONG = "it has to be an event, several, or null.";

interface Case {
  readonly what: string;
  readonly code: string;
  /** Behind the path of the file. */
  readonly problems: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: "parameters without a type",
    code: "export const transform = (record, context) => (context.secret ? record.a.b : null);",
    problems: [],
  },
  {
    what: "a package without types, and one that is not installed",
    code: 'import a from "untyped";\nimport b from "absent";\nexport const transform = (r) => a(b(r));',
    problems: [],
  },
  {
    what: "something of Node",
    code: 'import { hash } from "node:crypto";\nexport const transform = (r: object) => ({ ...r, a: hash("sha1", "a").length });',
    problems: [],
  },
  {
    what: "a composed transform",
    code: `import { compose, dropEvents } from ${STEPS};\nexport const transform = compose(dropEvents("A"));`,
    problems: [],
  },
  {
    what: "a step with a wrong argument",
    code: `import { timeFrom } from ${STEPS};\nexport const transform = timeFrom("at", "iso");`,
    problems: [`2:41: Argument of type '"iso"' is not assignable to parameter of type`],
  },
  {
    what: "an error in a file that is imported",
    code: 'import { f } from "./helper.ts";\nexport const transform = (r: object) => ({ ...r, a: f(1) });',
    problems: ["helper.ts:1:39: Property 'b' does not exist on type 'number'."],
  },
  {
    what: "a transform that is annotated and returns a text",
    code: `import type { Transform } from ${CONTRACT};\nexport const transform: Transform = (r) => "a";`,
    problems: ["2:44: Type 'string' is not assignable to type"],
  },
  {
    what: "a forgotten return",
    code: "export const transform = (r: { event: string }) => {\n  if (r.event !== 'A') return null;\n  r.event = 'B';\n};",
    problems: [
      "1:14: The transform returns nothing in some cases: forgot `return`? `null` leaves a record out.",
    ],
  },
  {
    what: "a function declaration that returns a text",
    code: "export function transform() { return 'a'; }",
    problems: [`1:1: The transform returns a string; ${WRONG}`],
  },
  {
    what: "a number or a boolean",
    code: "export const transform = (r: object) => (r === null ? 1 : Math.random() > 1);",
    problems: [
      `1:14: The transform returns a boolean; ${WRONG}`,
      `1:14: The transform returns a number; ${WRONG}`,
    ],
  },
  {
    what: "a promise",
    code: "export const transform = async (r: object) => r;",
    problems: ["1:14: The transform returns a promise; it has to be synchronous."],
  },
  {
    what: "no function",
    code: "export const transform = 1;",
    problems: ['1:14: The export "transform" is not a function.'],
  },
  {
    what: "a file that opts out",
    code: "// @ts-nocheck\nexport const transform = 1;",
    problems: [],
  },
  { what: "no transform, which the bundler tells", code: "export const other = 1;", problems: [] },
];

for (const { what, code, problems } of CASES)
  test(what, async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(path.join(folder, "node_modules/untyped"), { recursive: true });
    await writeFile(
      path.join(folder, "node_modules/untyped/index.js"),
      "module.exports = () => 1;",
    );
    await writeFile(path.join(folder, "helper.ts"), "export const f = (a: number) => a + a.b;");
    const file = path.join(folder, "transform.ts");
    await writeFile(file, code);

    const found = typeProblems(file);

    assert.equal(found.length, problems.length, found.join("\n"));
    for (const [index, expected] of problems.entries()) {
      const place = expected.startsWith("helper.ts") ? `${folder}/` : `${file}:`;
      assert.ok(found[index]?.startsWith(place + expected), found[index]);
    }
  });

test("JavaScript has no types to check", async (t) => {
  const file = path.join(await temporaryFolder(t), "transform.js");
  await writeFile(file, "export const transform = 1;");
  assert.deepEqual(typeProblems(file), []);
});

test("what was good is remembered until it, or what it imports, is changed", async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "transform.ts");
  const helper = path.join(folder, "helper.ts");
  await writeFile(helper, "export interface A { a: number }");
  await writeFile(
    file,
    'import type { A } from "./helper.ts";\nexport const transform = (r: A) => ({ a: r.a });',
  );

  assert.deepEqual(typeProblems(file), []);
  assert.deepEqual(typeProblems(file), []);
  await writeFile(helper, "export interface A { b: number }");
  assert.equal(typeProblems(file).length, 1);
});
