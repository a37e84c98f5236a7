import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isRetryableStatus } from "../../../../../functions/http/http-request.ts";
import {
  interpretResponse,
  isJsonExpectedButMissing,
} from "../../../../../functions/mixpanel/destinations/import/response.ts";
import type { Meaning } from "../../../../../functions/mixpanel/meaning.ts";
import { batchOf } from "../../../support/fake-mixpanel.ts";

/** Four events whose `$insert_id` is the same, which Mixpanel allows. */
const SENT = batchOf(
  Array.from({ length: 4 }, () => '{"event":"e","properties":{"$insert_id":"a"}}'),
);

function response(status: number, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: {}, body: Buffer.from(text), attempts: 1 };
}

function meaningOf(status: number, body: unknown): Meaning {
  return interpretResponse(response(status, body), SENT);
}

const row = (index: unknown, more: object = {}) => ({
  index,
  insert_id: "a",
  field: "properties.time",
  message: "bad",
  ...more,
});
const usable = (index: number) => ({ index, field: "properties.time", error: "bad" });
const refusal = (imported: unknown, rows: unknown) => ({
  code: 400,
  error: "some data points in the request failed validation",
  status: "Bad Request",
  num_records_imported: imported,
  failed_records: rows,
});
const GENERAL = "some data points in the request failed validation";

describe("what a response of Mixpanel means", () => {
  const table: readonly (readonly [
    title: string,
    status: number,
    body: unknown,
    meaning: Meaning,
  ])[] = [
    [
      "200, all counted",
      200,
      { code: 200, num_records_imported: 4, status: "OK" },
      { kind: "imported", rows: [] },
    ],
    [
      "200, too few",
      200,
      { num_records_imported: 3 },
      { kind: "miscounted", rows: [], imported: 3 },
    ],
    [
      "200, too many",
      200,
      { num_records_imported: 5 },
      { kind: "miscounted", rows: [], imported: 5 },
    ],
    [
      "200, too few, and rows that explain it",
      200,
      refusal(3, [row(2)]),
      { kind: "imported", rows: [usable(2)] },
    ],
    [
      "200, too few, and rows that do not explain it",
      200,
      refusal(2, [row(2)]),
      { kind: "miscounted", rows: [usable(2)], imported: 2 },
    ],
    [
      "200, all counted, and a row",
      200,
      refusal(4, [row(2)]),
      { kind: "miscounted", rows: [usable(2)], imported: 4 },
    ],
    [
      "200, all counted, and a row that names nothing",
      200,
      refusal(4, ["no"]),
      { kind: "miscounted", rows: [], imported: 4 },
    ],
    ["200, all counted, and no rows", 200, refusal(4, []), { kind: "imported", rows: [] }],
    ["200, no count", 200, { status: "OK" }, { kind: "miscounted", rows: [], imported: undefined }],
    [
      "200, a count that is text",
      200,
      { num_records_imported: "4" },
      { kind: "miscounted", rows: [], imported: undefined },
    ],
    ["400 with a row", 400, refusal(3, [row(1)]), { kind: "imported", rows: [usable(1)] }],
    [
      "400 with the other name of the id",
      400,
      refusal(3, [{ index: 2, $insert_id: "a", field: "$insert_id", message: "bad" }]),
      { kind: "imported", rows: [{ index: 2, field: "$insert_id", error: "bad" }] },
    ],
    [
      "400 with every row",
      400,
      refusal(0, [row(0), row(1), row(2), row(3)]),
      { kind: "imported", rows: [usable(0), usable(1), usable(2), usable(3)] },
    ],
    [
      "400 with an event named twice",
      400,
      refusal(3, [row(1), row(1)]),
      { kind: "imported", rows: [usable(1)] },
    ],
    [
      "400 with a row and a wrong count",
      400,
      refusal(1, [row(1)]),
      { kind: "miscounted", rows: [usable(1)], imported: 1 },
    ],
    [
      "400 with a row and no count",
      400,
      refusal(undefined, [row(1)]),
      { kind: "miscounted", rows: [usable(1)], imported: undefined },
    ],
    [
      "400 with a row that says nothing",
      400,
      refusal(3, [{ index: 0 }]),
      { kind: "imported", rows: [{ index: 0, field: "", error: "refused without a reason" }] },
    ],
    ...[-1, 4, 1.5, "1", null, undefined].map(
      (index) =>
        [
          `400 with a row of index ${String(index)}`,
          400,
          refusal(2, [row(1), row(index)]),
          { kind: "unexplained", rows: [usable(1)], error: GENERAL, isWhole: false },
        ] as const,
    ),
    [
      "400 with a text in place of rows",
      400,
      refusal(0, ["identity events are not allowed"]),
      { kind: "unexplained", rows: [], error: "identity events are not allowed", isWhole: true },
    ],
    [
      "400 with a text among rows",
      400,
      refusal(0, [row(0), "identity events are not allowed"]),
      {
        kind: "unexplained",
        rows: [usable(0)],
        error: "identity events are not allowed",
        isWhole: false,
      },
    ],
    [
      "400 with null among rows",
      400,
      refusal(0, [null, row(0)]),
      { kind: "unexplained", rows: [usable(0)], error: GENERAL, isWhole: false },
    ],
    [
      "400 without rows",
      400,
      refusal(0, []),
      { kind: "unexplained", rows: [], error: GENERAL, isWhole: false },
    ],
    [
      "400 with rows that are no list",
      400,
      refusal(0, {}),
      { kind: "unexplained", rows: [], error: GENERAL, isWhole: false },
    ],
    [
      "400 that says nothing",
      400,
      {},
      { kind: "unexplained", rows: [], error: "refused without a reason", isWhole: false },
    ],
    ["401", 401, { code: 401, error: "Invalid credentials" }, { kind: "credentials", status: 401 }],
    ["403 in HTML", 403, "<html>", { kind: "credentials", status: 403 }],
    [
      "413 with its limit",
      413,
      { error: "request exceeds max limit of 2097152 bytes" },
      { kind: "too-large", limit: 2097152 },
    ],
    ["413 in HTML", 413, "<html>", { kind: "too-large", limit: undefined }],
    [
      "400 with a row whose id is not that event's",
      400,
      refusal(3, [row(1, { insert_id: "b" })]),
      { kind: "unexplained", rows: [], error: GENERAL, isWhole: false },
    ],
    ["404", 404, {}, { kind: "refused", status: 404 }],
    ["409", 409, "", { kind: "refused", status: 409 }],
    ["204", 204, "", { kind: "unknown", status: 204 }],
    ["302", 302, "", { kind: "unknown", status: 302 }],
  ];
  for (const [title, status, body, meaning] of table)
    it(title, () => {
      assert.deepEqual(meaningOf(status, body), meaning);
    });
});

describe("a response that is none", () => {
  it("is a 200 or 400 without a JSON object", () => {
    for (const body of ["", "<html>", "1", "[]", "null", '{"num_records_imported":4', '"OK"'])
      for (const status of [200, 400])
        assert.equal(isJsonExpectedButMissing(response(status, body)), true, body);
    assert.equal(isJsonExpectedButMissing(response(200, {})), false);
    for (const status of [401, 403, 404, 413])
      assert.equal(isJsonExpectedButMissing(response(status, "<html>")), false);
  });

  it("is worth another attempt at 408, 429 and 5xx", () => {
    for (const status of [408, 429, 500, 502, 503, 504, 599])
      assert.equal(isRetryableStatus(status), true);
    for (const status of [200, 204, 302, 400, 401, 403, 404, 409, 413, 422])
      assert.equal(isRetryableStatus(status), false);
  });
});
