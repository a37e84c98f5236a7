import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";

it("there is a test for each of the 50 vectors of profiles", async () => {
  const covered = new Set<number>();
  for await (const file of glob("*.test.ts", { cwd: import.meta.dirname }))
    for (const [, number] of (await readFile(join(import.meta.dirname, file), "utf8")).matchAll(
      /^ +vector\(\s*(\d+),/gm,
    ))
      covered.add(Number(number));

  const missing = Array.from({ length: 50 }, (_, index) => index + 1).filter(
    (number) => !covered.has(number),
  );

  assert.deepEqual(missing, []);
});
