import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { RecordBytes } from "../../../functions/event/record.ts";
import {
  completionOf,
  parseEvent,
  prepareEvent,
  type EventOptions,
} from "../../../functions/records/prepare-event.ts";
import { NOW, SOURCE, toRecord } from "../support/prepared.ts";

const RECORD = toRecord('{"event":"e","properties":{"time":1,"$insert_id":"a"}}');
const OPTIONS: EventOptions = {
  locateByRequest: false,
  syntheticId: "record",
  profiles: { operators: new Set(["$set"]), isOwnToken: () => false },
};

function originOf(record: RecordBytes, options: Partial<EventOptions> = {}, ordinal = 0) {
  return { record, source: SOURCE, options: { ...OPTIONS, ...options }, ordinal };
}

function prepareText(text: string) {
  const json = toRecord(text);
  const candidate = { json, scanned: undefined, parse: () => parseEvent(json) };
  return prepareEvent(candidate, originOf(json), NOW);
}

describe("one event", () => {
  it("is not parsed when the scanner knows it", () => {
    const scanned = {
      propertiesEnd: RECORD.end - 2,
      hasIp: false,
      hasInsertId: true,
      isIdentity: true,
    };
    const parse = () => assert.fail("parsed");
    const prepared = prepareEvent({ json: RECORD, scanned, parse }, originOf(RECORD), NOW);
    assert.ok(prepared.kind === "complete");
    const { event, hasNewId } = prepared.completed;
    assert.deepEqual([event.insertion, event.isIdentity, hasNewId], [',"ip":0', true, false]);
  });

  for (const [text, reason, field, error] of [
    ["{", "malformed", "", "not valid JSON: cut off"],
    ["[]", "invalid", "", "not a JSON object"],
    ['{"event":"e","properties":{}}', "invalid", "properties.time", "missing"],
  ] as const)
    it(`is refused when it is ${text}`, () => {
      assert.deepEqual(prepareText(text), { kind: "refused", problem: { reason, field, error } });
    });

  it("is ignored when it says so, before it is checked", () => {
    const text = '{"event":"e","properties":{"$ignore":1}}';
    assert.deepEqual(prepareText(text), { kind: "ignored" });
  });
});

describe("what an event is completed with", () => {
  it("is an id of the record's bytes, or of its place, and of which event of the record it is", () => {
    const elsewhere = { ...RECORD, offset: RECORD.offset + 1 };
    const idOf = (...origin: Parameters<typeof originOf>): string =>
      completionOf(originOf(...origin)).syntheticId();
    assert.equal(idOf(RECORD), idOf(elsewhere));
    const position = { syntheticId: "position" } as const;
    assert.equal(idOf(RECORD, position), idOf(RECORD, position));
    const ids = [
      idOf(RECORD),
      idOf(RECORD, {}, 1),
      idOf(RECORD, position),
      idOf(RECORD, position, 1),
      idOf(elsewhere, position),
    ];
    assert.equal(new Set(ids).size, ids.length);
  });

  it("is where the request comes from, when that is wanted", () => {
    const options = completionOf(originOf(RECORD, { locateByRequest: true }));
    assert.equal(options.locateByRequest, true);
  });
});
