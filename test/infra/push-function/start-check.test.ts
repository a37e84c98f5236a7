import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
