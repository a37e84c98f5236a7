import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  contradictionIn,
  interpretResponse,
} from "../../../../../functions/mixpanel/destinations/profiles/response.ts";
import type { Meaning } from "../../../../../functions/mixpanel/meaning.ts";
import { response } from "../../../support/fake-mixpanel.ts";

const SENT = 3;
const OK = { error: null, errors: {}, num_good_events: SENT, status: 1 };
const IMPORTED: Meaning = { kind: "imported", rows: [] };
const UNCONFIRMED: Meaning = { kind: "unconfirmed" };

function unexplained(error: string, imported?: number): Meaning {
  const counted = imported === undefined ? {} : { imported };
  return { kind: "unexplained", rows: [], error, isWhole: false, ...counted };
}

const row = (index: number, error: string) => ({ index, field: "", error });
const NO_REASON = "refused without a reason";

describe("what a response to updates of profiles means", () => {
  const cases: readonly [string, number, unknown, Meaning][] = [
    ["all are counted", 200, OK, IMPORTED],
    ["there are no errors", 200, { ...OK, errors: undefined }, IMPORTED],
    ["there is no count", 200, { error: null, status: 1 }, UNCONFIRMED],
    ["the count is no number", 200, { ...OK, num_good_events: "3" }, UNCONFIRMED],
    ["a bare 1", 200, "1", UNCONFIRMED],
    ["a bare 0", 200, "0", unexplained(NO_REASON)],
    [
      "fewer are counted",
      200,
      { ...OK, num_good_events: 2 },
      { kind: "miscounted", rows: [], imported: 2 },
    ],
    ["more are counted than there are", 200, { ...OK, num_good_events: 4 }, UNCONFIRMED],
    ["fewer than none are counted", 200, { ...OK, num_good_events: -1 }, UNCONFIRMED],
    ["half an update is counted", 200, { ...OK, num_good_events: 2.5 }, UNCONFIRMED],
    ["there are no errors, as a number", 200, { ...OK, error: 0, errors: 0 }, IMPORTED],
    [
      "a text",
      200,
      { error: "$token, missing or empty", status: 0 },
      unexplained("$token, missing or empty"),
    ],
    ["status 0 alone", 200, { status: 0 }, unexplained(NO_REASON)],
    ["a text beside status 1", 200, { ...OK, error: "odd" }, unexplained("odd", SENT)],
    ["status 0 with a count", 200, { ...OK, status: 0 }, unexplained(NO_REASON, SENT)],
    ["no error, whatever form it has", 200, { ...OK, error: false, errors: "" }, IMPORTED],
    ["no status", 200, {}, { kind: "unknown", status: 200 }],
    ["status as a text", 200, { ...OK, status: "1" }, { kind: "unknown", status: 200 }],
    [
      "places, and the count fits",
      200,
      { status: 1, error: null, errors: { 0: "a", 2: ["b"] }, num_good_events: 1 },
      { kind: "imported", rows: [row(0, "a"), row(2, "b")] },
    ],
    [
      "the same with status 0, and an object",
      200,
      { status: 0, error: "some", errors: { 1: { message: "m" } }, num_good_events: 2 },
      { kind: "imported", rows: [row(1, "m")] },
    ],
    [
      "places without a count",
      200,
      { status: 0, error: "some", errors: { 1: "b" } },
      unexplained("some"),
    ],
    [
      "places of others",
      200,
      { status: 0, errors: { 3: "b" }, num_good_events: 2 },
      unexplained("b", 2),
    ],
    [
      "a place too many",
      200,
      { status: 1, errors: { 0: "b" }, num_good_events: 3 },
      unexplained("b", 3),
    ],
    [
      "keys that are no places",
      200,
      { status: 0, errors: { u1: "b" }, num_good_events: 2 },
      unexplained("b", 2),
    ],
    [
      "keys like places",
      200,
      { status: 0, errors: { "01": "b" }, num_good_events: 2 },
      unexplained("b", 2),
    ],
    ["a list", 200, { status: 0, errors: ["b"], num_good_events: 2 }, unexplained("b", 2)],
    ["errors as a text", 200, { status: 1, errors: "b" }, unexplained("b")],
    ["400", 400, { error: "not an array", status: 0 }, unexplained("not an array")],
    ["400 with a count", 400, { error: "no", num_good_events: 2, status: 0 }, unexplained("no", 2)],
    ["400 of updates that are counted", 400, OK, unexplained(NO_REASON, SENT)],
    [
      "400 with places, and the count fits",
      400,
      { status: 0, errors: { 1: "b" }, num_good_events: 2 },
      { kind: "imported", rows: [row(1, "b")] },
    ],
    [
      "a place that is there twice",
      200,
      '{"status":1,"errors":{"1":"a","1":"b"},"num_good_events":2}',
      { kind: "imported", rows: [row(1, "b")] },
    ],
    ["401", 401, "", { kind: "credentials", status: 401 }],
    ["403", 403, { error: "no", status: "error" }, { kind: "credentials", status: 403 }],
    [
      "413",
      413,
      "request exceeds max limit of 100000 bytes",
      { kind: "too-large", limit: 100_000 },
    ],
    ["404", 404, "", { kind: "refused", status: 404 }],
    ["a redirect", 302, "", { kind: "unknown", status: 302 }],
  ];
  for (const [name, status, body, meaning] of cases)
    it(name, () => {
      assert.deepEqual(interpretResponse(response(status, body), SENT), meaning);
    });

  it("is nothing when a proxy wrote it, and not now when it is about the rate", () => {
    assert.equal(contradictionIn(response(200, "<html>")), "the response is not JSON");
    assert.equal(contradictionIn(response(200, "[]")), "the response is not JSON");
    assert.equal(contradictionIn(response(400, "")), "the response is not JSON");
    const limited = { error: "Project exceeded rate limits", status: 0 };
    assert.equal(contradictionIn(response(200, limited)), "Mixpanel's rate limit");
    for (const believed of [response(200, OK), response(200, "1"), response(401, "<html>")])
      assert.equal(contradictionIn(believed), undefined);
  });

  it("is told of errors of whatever depth", () => {
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const meaning = interpretResponse(response(200, `{"status":0,"errors":${deep}}`), SENT);
    assert.deepEqual(meaning, unexplained(NO_REASON));
  });
});
