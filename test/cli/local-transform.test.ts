import assert from "node:assert/strict";
import { test } from "node:test";

import { events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";

const { checkout, put, runJson } = useLocalCommand();

test("what a transform throws is told with its file and line; --no-typecheck runs it in spite of a type error", async () => {
  const file = await put("five.ndjson", ndjson(events(5)));
  const transform = await put(
    "throws.ts",
    "export const transform = (record: object) => {\n  return record.plan.name;\n};",
  );

  const { code, summary, stderr } = await runJson([
    file,
    "--transform",
    transform,
    "--no-typecheck",
  ]);

  assert.equal(code, 1);
  assert.deepEqual(summary.deadLetters, { records: 5, byReason: { "transform-failed": 5 } });
  // Long lines are broken to fit the terminal.
  assert.match(
    stderr.replaceAll(/\s+/g, " "),
    /throws\.ts:2:22: Cannot read properties of undefined \(reading 'name'\)/,
  );
});

interface Mistake {
  readonly what: string;
  readonly code: string;
  readonly message: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: "an error when it is loaded",
    code: '\nthrow new Error("no key");\nexport const transform = 1;',
    message: /mistake\.ts:2:7: the transform failed while it was loaded: no key\n$/,
  },
  {
    what: "a package that is missing",
    code: 'export { transform } from "absent-package";',
    message:
      /mistake\.ts:1:27: Could not resolve "absent-package"\. Run: npm install absent-package\n$/,
  },
  {
    what: "a type error",
    code: "export const transform = (record: object): object => record.event;",
    message: /mistake\.ts:1:61: Property 'event' does not exist on type 'object'\.\n$/,
  },
];

for (const { what, code, message } of MISTAKES)
  test(`${what} is told before anything is started: exit 1`, async () => {
    const transform = await put("mistake.ts", code);

    const result = await checkout().run(["local", "--transform", transform]);

    assert.equal(result.code, 1);
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /Building|^\s+at /m);
  });
