import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import type { Transform } from "../../../functions/event/transform-contract.ts";
import { toDeadRecord, type Slice } from "../../../functions/objects/slice.ts";
import { toRecord } from "../support/prepared.ts";
import { createTestSlice, GOOD, IDENTITY, IGNORED, sliceOf } from "../support/slices.ts";

const PROBLEM = { reason: "malformed", field: "", error: "not valid JSON" } as const;

/** Events in each batch. */
function lengths({ batches }: Slice): readonly number[] {
  return batches.map(({ builder }) => builder.length());
}

/** Makes `{"n":2}` two events. */
const several: Transform = (record) => {
  const { n = 1, identity = 0 } = record as { n?: number; identity?: number };
  return [
    ...Array.from({ length: n }, () => ({ event: "e", properties: { time: 1 } })),
    ...Array.from({ length: identity }, () => ({ event: "$identify", properties: { time: 1 } })),
  ];
};

describe("a slice", () => {
  it("counts its records and what comes of them", () => {
    assert.deepEqual(sliceOf([GOOD, "{", IGNORED, IDENTITY, GOOD]).counts(), {
      read: 5,
      dropped: 1,
      used: 3,
      produced: 3,
      idsAdded: 3,
    });
  });

  it("holds two requests' worth of updates of profiles", () => {
    const update = '{"$distinct_id":"u","$set":{"a":1}}';
    const slice = sliceOf(Array.from({ length: 4001 }, () => update));
    assert.deepEqual([slice.updates.length, slice.counts().read], [4000, 4000]);
  });

  it("holds no more bytes of updates than a request of events, but for one that is alone", () => {
    const updateOf = (bytes: number) => `{"$distinct_id":"u","$set":{"a":"${"x".repeat(bytes)}"}}`;
    assert.equal(sliceOf(Array.from({ length: 5 }, () => updateOf(700_000))).updates.length, 2);
  });

  for (const [name, line, parts, read] of [
    ["one request is full of events", GOOD, { events: 4 }, 4],
    ["one request is full of bytes", GOOD, { bytes: 300 }, 3],
    ["one request is full of identity events", IDENTITY, { events: 4 }, 4],
    ["it has as many records as are wanted", GOOD, { maxRecords: 5 }, 5],
    ["it has as many dead records as are wanted", "{", { maxRecords: 5 }, 5],
    ["it has as many dropped records as are wanted", IGNORED, { maxRecords: 5 }, 5],
  ] as const)
    it(`is complete when ${name}, and stays as it is`, () => {
      const { slice, add } = createTestSlice(parts);
      while (add(line));
      const counts = slice.counts();
      assert.equal(counts.read, read);
      assert.equal(add(line), false);
      assert.deepEqual(slice.counts(), counts);
    });

  it("needs no room for records that are dropped", () => {
    const lines = Array.from({ length: 5000 }, () => IGNORED);
    assert.deepEqual(sliceOf(lines, { events: 1 }).counts().dropped, 5000);
  });

  it("has identity events in a batch of their own", () => {
    const { batches } = sliceOf([GOOD, IDENTITY, GOOD, IDENTITY, IDENTITY]);
    assert.deepEqual(
      batches.map(({ isIdentity, records }) => [isIdentity, records.map(({ line }) => line)]),
      [
        [false, [1, 3]],
        [true, [2, 4, 5]],
      ],
    );
  });

  it("is complete when either of its two batches is full", () => {
    const lines = [GOOD, IDENTITY, IDENTITY, IDENTITY, GOOD];
    assert.deepEqual(lengths(sliceOf(lines, { events: 2 })), [1, 2]);
  });
});

describe("a record that becomes several events", () => {
  it("is taken in several batches when they are more than a request holds, if it is the first", () => {
    const { slice, add } = createTestSlice({ events: 2, transform: several });
    assert.equal(add('{"n":5}'), true);
    assert.deepEqual(lengths(slice), [2, 2, 1]);
    assert.deepEqual(
      slice.batches.map(({ records }) => records.map(({ line }) => line)),
      [[1, 1], [1, 1], [1]],
    );
  });

  it("is refused as a whole when not all of its events find room beside others", () => {
    const { slice, add } = createTestSlice({ events: 3, transform: several });
    add('{"n":2}');
    assert.equal(add('{"n":2}'), false);
    assert.equal(add('{"n":2,"identity":1}'), false);
    assert.deepEqual([lengths(slice), slice.counts().produced], [[2], 2]);
    assert.equal(add('{"n":1,"identity":3}'), true);
    assert.deepEqual(lengths(slice), [3, 3]);
  });

  it("is one record, however many events it becomes", () => {
    const { slice, add } = createTestSlice({ transform: several });
    for (const line of ['{"n":3}', "{}", '{"n":2,"identity":1}']) add(line);
    const { read, used, produced } = slice.counts();
    assert.deepEqual([read, used, produced], [3, 3, 7]);
  });

  it("is in the slice with all of its events or with none, and no batch is over its limit", () => {
    const record = fc.oneof(
      fc.record({ n: fc.nat(6), identity: fc.nat(4) }).map((value) => JSON.stringify(value)),
      fc.constantFrom("{", '{"n":1}'),
    );
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (lines, events) => {
          const { slice, add } = createTestSlice({ events, transform: several });
          const added = lines.filter(add);
          const { read, dropped, used, produced } = slice.counts();
          assert.equal(read, added.length);
          assert.equal(read, dropped + used + slice.dead.length);
          const sent = slice.batches.flatMap(({ records }) => records);
          assert.equal(sent.length, produced);
          assert.ok(lengths(slice).every((length) => length > 0 && length <= events));
          // Something is always taken, or an import would never come to its end.
          assert.equal(added.length > 0, lines.length > 0);
        },
      ),
    );
  });
});

describe("the dead records of a slice", () => {
  it("are at most a thousand", () => {
    const { slice, add } = createTestSlice();
    while (add("{"));
    assert.deepEqual([slice.dead.length, slice.counts().read], [1000, 1000]);
  });

  it("are at most a megabyte, but for one that is larger alone", () => {
    const { slice, add } = createTestSlice();
    const quarter = "x".repeat(250_000);
    while (add(quarter));
    assert.equal(slice.dead.length, 3);

    const other = createTestSlice().slice;
    const large = { problem: PROBLEM, bytes: Buffer.alloc(2_000_000), line: 1 };
    assert.equal(other.addDead(large), true);
    assert.equal(other.addDead({ ...large, bytes: Buffer.alloc(1) }), false);
    assert.equal(other.counts().read, 1);
  });

  it("count as records that are wanted", () => {
    const { slice } = createTestSlice({ maxRecords: 1 });
    const dead = { problem: PROBLEM, bytes: Buffer.from("{"), line: 1 };
    assert.deepEqual([slice.addDead(dead), slice.addDead(dead)], [true, false]);
  });

  it("are the record's own bytes, or only the head of one that is too large", () => {
    assert.deepEqual(toDeadRecord(toRecord(" {} ", { line: 7, offset: 5 }), PROBLEM), {
      problem: PROBLEM,
      bytes: Buffer.from("{}"),
      line: 7,
      position: "5",
    });
    const text = "x".repeat(1_000_001);
    const { bytes, cut, line } = toDeadRecord(toRecord(text, { line: 8, offset: 99 }), PROBLEM);
    assert.deepEqual([bytes.length, cut, line], [64 * 1024, { offset: 99, bytes: 1_000_001 }, 8]);
    const largest = toDeadRecord(toRecord(text.slice(1)), PROBLEM);
    assert.deepEqual([largest.bytes.length, largest.cut], [1_000_000, undefined]);
  });
});
