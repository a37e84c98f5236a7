import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { identity, type Transform } from "../../../functions/event/transform-contract.ts";
import { objectRecordSource } from "../../../functions/objects/object-origin.ts";
import { scanObject } from "../../../functions/records/json-scan.ts";
import {
  createRecordPreparer,
  type PreparedRecord,
} from "../../../functions/records/prepare-record.ts";
import { rowProblem, rowToEvent } from "../../../functions/records/row-event.ts";
import { mapRow } from "../../../functions/scan/row-mapper.ts";
import { parses } from "../scan/scanned.ts";

const NOW = Date.UTC(2026, 10, 20);
const source = objectRecordSource({ bucket: "landing", object: "a.csv", generation: "1" });

/** Names of properties, some of which objects trip over, or may be taken for others. */
const PLAIN_NAMES = [
  ...["Event", "times", "insert_ix", "event_nama", "plan", "é", "", "7up", "ip", "properties"],
  ...["__proto__", "constructor", "toJSON", "$set", "$token"],
];
const ODD_NAMES = [
  ...["event", "event_name", "time", "timestamp", "distinct_id", "$insert_id", "insert_id"],
  ...["$ignore", "0", "2024", 'a"b', "a\\"],
];
/** Most rows have the parts of an event. */
const PARTS = [
  ["event", "time", "distinct_id", "$insert_id", "plan"],
  ["event_name", "timestamp", "insert_id", "é"],
  [],
];

const TEXTS = [
  ...[
    "a",
    "$merge",
    "$identify",
    "",
    " ",
    "anonymous",
    "NULL",
    "u-1",
    "0",
    "1",
    "007",
    "+5",
    "1.5",
  ],
  ...["1795000000", "1795000000000", "1795000000000000", " 1795000000 ", "2026-01-01", "1e9", "-1"],
  ...['"', "\\", "\n\t\u0001", "é😀\u2028", "\ud800", "x".repeat(40), "</script>", "\u007f"],
];
const LITERALS = [
  ...["null", "true", "false", "0", "-0", "1", "1795000000", "1795000000.5", "-7", "1.50", "0.1"],
  ...["0.30000000000000004", "1e21", "1E5", "1e-7", "0.0000001", "0.000001", "123.456", "1.0"],
  ...["9007199254740993", "-123456789012345678901234567890", "123456789012345.678", "1e400"],
  ...["[]", "{}", '[1,"a"]', '{"a":{"b":1.0}}', ' "a" ', '"\\/"', '"\\u0041"', '"\\u001F"'],
];

const textValue = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 20 }),
);
const value = fc.oneof(
  { weight: 12, arbitrary: textValue.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.constantFrom(...LITERALS) },
  { weight: 1, arbitrary: fc.double().map((number) => JSON.stringify(number)) },
);
const PART_VALUES: ReadonlyMap<string, fc.Arbitrary<string>> = new Map(
  Object.entries({
    event: ['"a"', '"$merge"', '"Page view"', '"a\\nb"'],
    event_name: ['"a"', '"$x"'],
    time: ['"1795000000"', "1795000000", '"0"', '"1763600000123"'],
    timestamp: ['"1795000000"', "1763600000123"],
    distinct_id: ['"u-1"', "12", "null"],
    $insert_id: ['"i-1"', "null"],
    insert_id: ['"i-1"', '"00000000-0000-0000-0000-000000000001"'],
  }).map(([name, values]) => [name, fc.constantFrom(...values)]),
);

function memberOf(name: string): fc.Arbitrary<string> {
  const plain = PART_VALUES.get(name);
  const json = plain === undefined ? value : fc.oneof({ weight: 12, arbitrary: plain }, value);
  return json.map((text) => `${JSON.stringify(name)}:${text}`);
}

const oddNames = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.subarray(ODD_NAMES, { maxLength: 3 }) },
);

const row = fc
  .tuple(fc.constantFrom(...PARTS), fc.subarray(PLAIN_NAMES), oddNames)
  .chain(([parts, plain, odd]) => {
    const names = [...new Set([...parts, ...plain.slice(0, 4), ...odd])];
    return fc.shuffledSubarray(names, { minLength: names.length });
  })
  .chain((names) => fc.tuple(...names.map(memberOf)))
  .map((members) => Buffer.from(`{${members.join(",")}}`));

const DAMAGE = ['"', "\\", ",", ":", "{", "}", "[", "]", " ", "0", "-", ".", "\n", "n"];

/** One character replaced, added or left out: rows are JSON, but the mapping must not need it. */
const damagedRow = fc
  .tuple(row, fc.nat(), fc.constantFrom(...DAMAGE), fc.constantFrom(0, 1), fc.boolean())
  .map(([bytes, seed, added, left, isAdded]) => {
    const text = bytes.toString("utf8");
    const at = seed % text.length;
    return Buffer.from(text.slice(0, at) + (isAdded ? added : "") + text.slice(at + left));
  });

function prepare(bytes: Buffer, transform: Transform): PreparedRecord {
  const preparer = createRecordPreparer({
    transform,
    locateByRequest: false,
    syntheticId: "record",
  });
  const record = { bytes, start: 0, end: bytes.length, offset: 0, line: 2, hasLineBreaks: false };
  const group = { source, nowMs: NOW, isKnownUtf8: true, areRows: true };
  return preparer.prepare(record, group);
}

/** All that anybody behind the preparation sees of it. */
function seen(prepared: PreparedRecord): unknown {
  if (prepared.kind !== "used") return prepared;
  const events = prepared.events.map((event) => {
    const { bytes, start, end, insertAt, insertion, isIdentity } = event;
    const before = bytes.toString("utf8", start, insertAt);
    return { json: before + insertion + bytes.toString("utf8", insertAt, end), isIdentity };
  });
  return { ...prepared, events };
}

/** The event of a row, parsed, mapped and written by `JSON`. */
function parsed(bytes: Buffer): PreparedRecord {
  const prepared = prepare(bytes, (record, context) => rowToEvent(record, context));
  if (prepared.kind !== "unusable") return prepared;
  return { kind: "unusable", problem: rowProblem(prepared.problem) };
}

function assertSame(rows: fc.Arbitrary<Buffer>, numRuns: number, minMapped: number): void {
  let mapped = 0;
  fc.assert(
    fc.property(rows, (bytes) => {
      assert.deepEqual(seen(prepare(bytes, identity)), seen(parsed(bytes)), bytes.toString());
      if (mapRow(bytes, 0, bytes.length, NOW) !== undefined) mapped++;
    }),
    { numRuns },
  );
  assert.ok(mapped > numRuns * minMapped, `only ${mapped} of ${numRuns} were mapped`);
}

/** A row has each column once, which damage can change. */
function hasEachOnce(bytes: Buffer): boolean {
  if (!parses(bytes.toString())) return true;
  const keys = scanObject(bytes, 0).map(({ key }) => key);
  return new Set(keys).size === keys.length;
}

describe("a row's event made of its bytes, and by JSON", () => {
  it("are the same for odd rows", () => {
    assertSame(row, 5000, 0.2);
  });

  it("are the same for damaged rows", () => {
    assertSame(damagedRow.filter(hasEachOnce), 3000, 0.02);
  });
});
