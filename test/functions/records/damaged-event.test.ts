import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { describe, it } from "node:test";

import fc from "fast-check";

import { prepare, sentTexts } from "../support/prepared.ts";

/** Events of many shapes, which all are accepted. */
const EVENTS = [
  '{"event":"e","properties":{"time":1600000000,"distinct_id":"u","$insert_id":"a-1","n":[1,-2.5e+3,{"a":null}]}}',
  '{ "event" : "$merge" , "properties" : { "time" : "1600000000" , "s" : "\\u00e9\\n\\\\ \\"" , "t" : true } , "x" : {} }',
  '{"properties":{"ip":0,"a":[],"b":[[],{}],"time":1600000000123,"$ignore":false},"event":"日本 🙂"}',
  '{"a":false,"event":"x","properties":{"time":0.5,"distinct_id":"","$insert_id":"","\\u0069p":1}}',
];

/**
 * What is done to one byte of an event: it goes, another one comes before it, or in its place, or
 * it comes twice.
 */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("remove", "insert", "replace", "repeat", "cut"),
  byte: fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]",:\\ \t0123456789.-+eEtfnu/x$')),
    fc.nat(255),
  ),
});

function damaged(
  bytes: Buffer,
  { at, kind, byte }: { at: number; kind: string; byte: number },
): Buffer {
  const place = Math.floor(at * bytes.length);
  const before = bytes.subarray(0, place);
  const here = bytes.subarray(place, place + 1);
  const after = bytes.subarray(place + 1);
  const middle = {
    remove: [],
    insert: [byte, ...here],
    replace: [byte],
    repeat: [...here, ...here],
  }[kind];
  return middle === undefined ? before : Buffer.concat([before, Buffer.from(middle), after]);
}

const damagedEvent = fc
  .tuple(fc.constantFrom(...EVENTS), fc.array(damage, { maxLength: 3 }))
  .map(([text, damages]) => damages.reduce(damaged, Buffer.from(text)))
  // The record is one line, and what is around it is no part of it.
  .filter(
    (bytes) => bytes.toString("latin1").trim().length === bytes.length && !bytes.includes(0x0a),
  );

function parses(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

describe("a damaged event", () => {
  it("is malformed exactly when it is no JSON or no UTF-8", () => {
    fc.assert(
      fc.property(damagedEvent, (bytes) => {
        fc.pre(bytes.length > 0);
        const prepared = prepare(bytes);
        const isMalformed = prepared.kind === "unusable" && prepared.problem.reason === "malformed";
        assert.equal(isMalformed, !isUtf8(bytes) || !parses(bytes), bytes.toString("latin1"));
      }),
      { numRuns: 6000 },
    );
  });

  it("is judged, and sent, as it is with a transform that changes nothing", () => {
    fc.assert(
      fc.property(damagedEvent, (bytes) => {
        const [plain, transformed] = [
          prepare(bytes),
          prepare(bytes, { transform: (record) => record }),
        ];
        assert.equal(plain.kind, transformed.kind);
        if (plain.kind === "unusable" && transformed.kind === "unusable")
          assert.deepEqual(plain.problem, transformed.problem);
        if (plain.kind === "used") {
          assert.deepEqual(sentTexts(plain), sentTexts(transformed));
          assert.ok(parses(Buffer.from(sentTexts(plain)[0] ?? "")));
        }
      }),
      { numRuns: 3000 },
    );
  });
});
