import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";

import { identity, type Transform } from "../../../functions/event/transform-contract.ts";
import { rowRecord } from "../../../functions/formats/row-json.ts";
import { objectRecordSource } from "../../../functions/objects/object-origin.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";

const source = objectRecordSource({ bucket: "landing", object: "a.csv", generation: "1" });
const NOW = Date.UTC(2026, 10, 20);

/** What becomes of a row: the event as it is sent, or the problem. */
function outcomeOf(json: string, transform: Transform = identity, areRows = true): unknown {
  const preparer = createRecordPreparer({
    transform,
    locateByRequest: true,
    syntheticId: "record",
  });
  const group = { source, nowMs: NOW, isKnownUtf8: true, areRows };
  const prepared = preparer.prepare(rowRecord(json, { offset: 20, line: 2 }), group);
  if (prepared.kind === "unusable") return prepared.problem;
  if (prepared.kind === "dropped") return prepared.kind;
  return prepared.events.map(
    ({ bytes, start, end, insertAt, insertion }) =>
      bytes.toString("utf8", start, insertAt) + insertion + bytes.toString("utf8", insertAt, end),
  )[0];
}

describe("a row without a transform", () => {
  it("is an event when it has the usual columns", () => {
    assert.equal(
      outcomeOf('{"event":"a","time":"1795000000","distinct_id":"u","insert_id":"i-1","n":"01"}'),
      '{"event":"a","properties":{"time":1795000000,"distinct_id":"u","$insert_id":"i-1","n":"01"}}',
    );
  });

  it("without an id gets one of the row's bytes, whatever the event looks like", () => {
    const row = '{"event_name":"a","timestamp":"1795000000"}';
    const id = hash("sha256", row, "hex").slice(0, 36);
    assert.equal(
      outcomeOf(row),
      `{"event":"a","properties":{"time":1795000000,"$insert_id":"${id}"}}`,
    );
  });

  const refused: readonly (readonly [row: string, field: string, error: string])[] = [
    ['{"name":"a","time":"1"}', "event", "missing: eventFromRow says which column it is"],
    ['{"event":"a"}', "properties.time", "missing: eventFromRow says which column it is"],
    [
      '{"event":"a","time":"2026-01-01T00:00:00Z"}',
      "properties.time",
      "not a number: eventFromRow reads it",
    ],
    ['{"event":"","time":"1"}', "event", "blank"],
    ['{"event":"a","time":"1","distinct_id":"0"}', "properties.distinct_id", "a placeholder value"],
  ];
  for (const [row, field, error] of refused)
    it(`is refused with what to do: ${row}`, () => {
      assert.deepEqual(outcomeOf(row), { reason: "invalid", field, error });
    });
});

describe("JSON that looks like a row", () => {
  it("is no row: it has to be an event as it is", () => {
    assert.deepEqual(outcomeOf('{"event":"a","time":1795000000}', identity, false), {
      reason: "invalid",
      field: "properties",
      error: "missing",
    });
  });
});

describe("a row with a transform", () => {
  it("is given to it as it is", () => {
    const seen: unknown[] = [];
    outcomeOf('{"event":"a","time":"1","zip":"01234"}', (row) => {
      seen.push(row);
      return null;
    });
    assert.deepEqual(seen, [{ event: "a", time: "1", zip: "01234" }]);
  });
});
