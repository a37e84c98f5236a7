import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";

import { LOADER } from "../../../local/run/loader.ts";

const SOURCE = fileURLToPath(
  new URL("../../../functions/platform/young-generation.ts", import.meta.url),
);

/** Megabytes of V8's young generation after work that leaves much behind for a moment. */
function youngGenerationAfter(first: string): number {
  const program = `
    import v8 from "node:v8";
    import { keepYoungGenerationSmall } from ${JSON.stringify(SOURCE)};
    ${first};
    let kept = [];
    for (let at = 0; at < 3e6; at++) {
      kept.push({ at });
      if (kept.length === 50_000) kept = [];
    }
    const { space_size } = v8.getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    console.log(space_size);`;
  const parameters = [...LOADER, "--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: "utf8" });
  assert.equal(stderr, "");
  return Number(stdout) / 2 ** 20;
}

describe("the young generation", () => {
  it("stays a small part of what V8 would make of it", () => {
    const [small, usual] = ["keepYoungGenerationSmall()", ""].map(youngGenerationAfter);
    assert.ok(small !== undefined && usual !== undefined && small > 0);
    assert.ok(small * 2 <= usual, `${small} MB instead of ${usual} MB`);
  });
});
