import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import type { FailedRow, Meaning } from "../../../functions/mixpanel/meaning.ts";
import {
  decide,
  LAST_DELIVERY_ATTEMPT,
  type Circumstances,
  type Verdict,
} from "../../../functions/mixpanel/verdict.ts";

const ROW: FailedRow = { index: 0, field: "properties.time", error: "bad" };

/** One event, refused for the first time by a Mixpanel of which nothing is known. */
const ALONE: Circumstances = {
  events: 1,
  bytes: 500,
  isRepeated: true,
  isRepeatable: true,
  isIdentity: false,
  isMixpanelWell: false,
  acceptsOthers: false,
  largestAccepted: 0,
  deliveryAttempt: 1,
};
const WELL = { ...ALONE, isMixpanelWell: true, acceptsOthers: true };
const LAST = { ...ALONE, deliveryAttempt: LAST_DELIVERY_ATTEMPT };
const MANY = { ...ALONE, events: 200, bytes: 100_000, isRepeated: false };

const refusal: Meaning = { kind: "unexplained", rows: [], error: "no", isWhole: false };
const textRefusal: Meaning = { kind: "unexplained", rows: [], error: "no", isWhole: true };
const tooLarge = (limit?: number): Meaning => ({ kind: "too-large", limit });
const credentials = (status: number): Meaning => ({ kind: "credentials", status });

const table: readonly (readonly [string, Meaning, Circumstances, Verdict["kind"]])[] = [
  ["named rows", { kind: "imported", rows: [ROW] }, MANY, "settle"],
  ["a count that is off", { kind: "miscounted", rows: [], imported: 3 }, MANY, "resend"],
  [
    "a count that is off twice",
    { kind: "miscounted", rows: [], imported: 3 },
    { ...MANY, isRepeated: true },
    "suspect",
  ],
  ["one event, none imported", { kind: "miscounted", rows: [], imported: 0 }, ALONE, "suspect"],
  ["the same, and others are", { kind: "miscounted", rows: [], imported: 0 }, WELL, "give-up"],
  ["one event, seven imported", { kind: "miscounted", rows: [], imported: 7 }, WELL, "wait"],
  ["a refusal of many", refusal, MANY, "suspect"],
  ["a refusal of one", refusal, ALONE, "suspect"],
  ["a refusal of one, others pass", refusal, WELL, "give-up"],
  ["a refusal of one that is counted as stored", { ...refusal, imported: 1 }, WELL, "unconfirmed"],
  ["a refusal of many that are counted as stored", { ...refusal, imported: 200 }, MANY, "suspect"],
  ["a refusal of one for the twentieth time", refusal, LAST, "give-up"],
  [
    "a refusal with rows",
    { kind: "unexplained", rows: [ROW], error: "no", isWhole: false },
    MANY,
    "resend",
  ],
  ["identity events as a whole", textRefusal, { ...MANY, isIdentity: true }, "suspect"],
  [
    "identity events as a whole, others pass",
    textRefusal,
    { ...MANY, isIdentity: true, isMixpanelWell: true },
    "settle",
  ],
  ["413 of many", tooLarge(), MANY, "split"],
  ["413 of many small ones", tooLarge(), { ...MANY, bytes: 30_000 }, "suspect"],
  ["413 of one", tooLarge(), ALONE, "suspect"],
  ["413 of one, others pass", tooLarge(), WELL, "give-up"],
  ["413 of one above the limit", tooLarge(100_000), { ...ALONE, bytes: 100_001 }, "give-up"],
  ["413 of one within the limit", tooLarge(100_000), { ...ALONE, bytes: 99_999 }, "suspect"],
  [
    "413 of one above a limit that others were above",
    tooLarge(100_000),
    { ...ALONE, bytes: 200_000, largestAccepted: 150_000 },
    "suspect",
  ],
  ["413 with a limit of one byte", tooLarge(1), ALONE, "suspect"],
  ["401", credentials(401), MANY, "pause"],
  ["401 although others pass", credentials(401), WELL, "pause"],
  ["403 of one", credentials(403), ALONE, "pause"],
  [
    "403 of one, others pass lately",
    credentials(403),
    { ...ALONE, acceptsOthers: true },
    "suspect",
  ],
  ["403 of one, others pass since", credentials(403), WELL, "give-up"],
  ["403 of many", credentials(403), MANY, "suspect"],
  ["another 4xx of one", { kind: "refused", status: 404 }, ALONE, "suspect"],
  ["another 4xx of one, others pass", { kind: "refused", status: 404 }, WELL, "give-up"],
  ["a redirect", { kind: "unknown", status: 302 }, WELL, "wait"],
];

describe("the verdict", () => {
  for (const [name, meaning, circumstances, kind] of table)
    it(`${name}: ${kind}`, () => {
      assert.equal(decide(meaning, circumstances).kind, kind);
    });

  it("never gives up without evidence", () => {
    const meanings = fc.constantFrom(
      ...table.map(([, meaning]) => meaning).filter(({ kind }) => kind !== "too-large"),
    );
    const circumstances = fc.record({
      events: fc.integer({ min: 1, max: 2000 }),
      bytes: fc.integer({ min: 1, max: 10_000_000 }),
      isRepeated: fc.boolean(),
      isRepeatable: fc.boolean(),
      isIdentity: fc.boolean(),
      isMixpanelWell: fc.constant(false),
      acceptsOthers: fc.boolean(),
      largestAccepted: fc.nat(10_000_000),
      deliveryAttempt: fc.integer({ min: 1, max: LAST_DELIVERY_ATTEMPT - 1 }),
    });
    fc.assert(
      fc.property(meanings, circumstances, (meaning, at) => {
        const verdict = decide(meaning, at);
        assert.notEqual(verdict.kind, "give-up");
        // What is rejected at once was named by the response.
        if (verdict.kind === "settle" && meaning.kind === "imported")
          assert.deepEqual(verdict.rows, meaning.rows);
        else assert.notEqual(verdict.kind, "settle");
      }),
    );
  });
});
