import assert from "node:assert/strict";
import { test } from "node:test";

import { createDistinctCounter } from "../../check/distinct-counter.ts";

for (const count of [0, 1, 10, 1000, 20_000, 500_000])
  test(`${count} different texts, each twice, are counted within 5 %`, () => {
    const counter = createDistinctCounter();
    for (let index = 0; index < 2 * count; index++) counter.add(`user-${index % count}`);
    assert.ok(Math.abs(counter.count() - count) <= count * 0.05, `${counter.count()}`);
  });
