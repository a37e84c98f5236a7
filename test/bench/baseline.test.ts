import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readBaseline, regressions, withoutBaseline } from "../../bench/baseline.ts";

const BASELINE = { plain: 2, messages: 1 };

describe("the comparison with the baseline", () => {
  it("lets a ratio worsen by 25 %, and improve by anything", () => {
    for (const ratios of [
      BASELINE,
      { plain: 2.5, messages: 1.25 },
      { plain: 0.1, messages: 0.1 },
      { ...BASELINE, new: 9 },
    ])
      assert.deepEqual(regressions(ratios, BASELINE), []);
  });

  it("names every ratio that is worse, and every one that is gone", () => {
    assert.deepEqual(regressions({ plain: 2.51, messages: 1.26 }, BASELINE), [
      "plain: 2.51, was 2",
      "messages: 1.26, was 1",
    ]);
    assert.deepEqual(regressions({ messages: 1 }, BASELINE), ["plain: not measured, was 2"]);
  });

  it("names what has no baseline yet, and lets it pass", () => {
    const ratios = { ...BASELINE, new: 9 };
    assert.deepEqual(withoutBaseline(ratios, BASELINE), ["new: 9"]);
    assert.deepEqual(withoutBaseline(BASELINE, BASELINE), []);
  });

  it("has a baseline of ratios that are numbers", async () => {
    const values = Object.values(await readBaseline());
    assert.ok(values.length > 5);
    assert.ok(values.every((value) => Number.isFinite(value) && value > 0));
  });
});
