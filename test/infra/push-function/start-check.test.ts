import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { runProgram } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "start-check-"));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("code that cannot start is refused, in its own words, before anything is registered", async () => {
  const transform = join(folder, "broken.ts");
  writeFileSync(
    transform,
    'throw new Error("no table of plans"); export const transform = (r) => r;',
  );
  const error = await runProgram({ config: { transform } }).then(
    () => assert.fail("the program ran"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.match(error.message, /^The functions do not start:\n[^]*no table of plans/);
});

test("code that starts is accepted, a transform with a secret too", async () => {
  const transform = join(folder, "hashing.ts");
  writeFileSync(transform, "export const transform = (r, { secret }) => ({ ...r, secret });");
  const { registrations } = await runProgram({ config: { transform } });
  assert.ok(registrations.length > 50);
});

test("what has started is not started again, except with another environment", async () => {
  const transform = join(folder, "counting.ts");
  const starts = join(folder, "starts");
  writeFileSync(
    transform,
    `import { appendFileSync } from "node:fs";
     appendFileSync(${JSON.stringify(starts)}, "x");
     export const transform = (r) => r;`,
  );
  const startsAfter = async (config: Record<string, string>): Promise<number> => {
    await runProgram({ config: { transform, ...config } });
    return readFileSync(starts, "utf8").length;
  };
  assert.equal(await startsAfter({}), 1);
  assert.equal(await startsAfter({}), 1);
  assert.equal(await startsAfter({ maxInFlight: "3" }), 2);
});
