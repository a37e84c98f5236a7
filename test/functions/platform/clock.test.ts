import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { describe, it } from "node:test";

import { systemClock } from "../../../functions/platform/clock.ts";

/** Whose time is that of the world: the wall clock itself, and a step about recent events. */
const WALL_CLOCK = ["functions/platform/clock.ts", "functions/transforms/restamp-recent.ts"];

describe("the clock of an instance", () => {
  it("does not go back when the wall clock is set back an hour", (t) => {
    const before = { now: systemClock.now(), wall: Date.now() };
    t.mock.timers.enable({ apis: ["Date"], now: before.wall - 3_600_000 });
    assert.ok(systemClock.now() >= before.now);
    assert.ok(Date.now() < before.wall);
  });

  it("is the only one that durations are measured by", async () => {
    const users: string[] = [];
    for await (const file of glob("functions/**/*.ts")) {
      const source = await readFile(file, "utf8");
      if (/\bDate\.now\b|new Date\(\)/.test(source.replaceAll(/\/\*[^]*?\*\//g, "")))
        users.push(file);
    }
    assert.deepEqual(users.sort(), WALL_CLOCK);
  });
});
