import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { googleBackoffMs, mixpanelBackoffMs } from "../../../functions/http/backoff.ts";

const ATTEMPTS = [2, 3, 4, 5, 6, 7, 8, 50];

describe("the backoff", () => {
  it("at Mixpanel doubles from 2 s to 60 s, with 1 to 5 s of jitter", () => {
    const seconds = [2, 4, 8, 16, 32, 60, 60, 60];
    assert.deepEqual(
      ATTEMPTS.map((attempt) => mixpanelBackoffMs(attempt, () => 0)),
      seconds.map((second) => (second + 1) * 1000),
    );
    assert.deepEqual(
      ATTEMPTS.map((attempt) => mixpanelBackoffMs(attempt, () => 1)),
      seconds.map((second) => (second + 5) * 1000),
    );
  });

  it("at Google doubles from 0.25 s to 32 s, spread around it", () => {
    const ms = [250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000];
    assert.deepEqual(
      ATTEMPTS.map((attempt) => googleBackoffMs(attempt, () => 0.5)),
      ms,
    );
    assert.equal(
      googleBackoffMs(2, () => 0),
      125,
    );
    assert.ok(googleBackoffMs(2, () => 0.999) < 375);
  });
});
