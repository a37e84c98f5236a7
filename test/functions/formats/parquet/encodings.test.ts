import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { DeltaReader } from "../../../../functions/formats/parquet/delta.ts";
import { HybridReader, widthOf } from "../../../../functions/formats/parquet/hybrid.ts";
import { CorruptDataError } from "../../../../functions/reading/corrupt-data.ts";

/** Numbers of `width` bits, the lowest bit first, in whole groups of eight. */
function packed(values: readonly number[], width: number): Buffer {
  const groups = Math.ceil(values.length / 8);
  let bits = 0n;
  for (const [index, value] of values.entries()) bits |= BigInt(value) << BigInt(index * width);
  const bytes = Array.from({ length: groups * width }, (_, at) =>
    Number((bits >> BigInt(at * 8)) & 255n),
  );
  return Buffer.from([groups * 2 + 1, ...bytes]);
}

function run(value: number, length: number, width: number): Buffer {
  const bytes = Array.from({ length: (width + 7) >> 3 }, (_, at) => (value >>> (at * 8)) & 255);
  return Buffer.from([length * 2, ...bytes]);
}

const WIDTHS = [1, 2, 3, 7, 8, 9, 15, 20, 24, 25, 31, 32];

describe("runs and bit-packed groups", () => {
  it("are read value by value, counted and skipped alike", () => {
    const parts = fc.array(
      fc.tuple(fc.boolean(), fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 3 })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...WIDTHS), parts, fc.nat(30), (width, all, skipped) => {
        const encoded: Buffer[] = [];
        const values: number[] = [];
        for (const [isRun, seed, length] of all) {
          const value = seed % 2 ** width;
          const group = Array.from({ length: 8 }, (_, index) => (value + index) % 2 ** width);
          encoded.push(isRun ? run(value, length, width) : packed(group, width));
          values.push(...(isRun ? Array<number>(length).fill(value) : group));
        }
        const bytes = Buffer.concat(encoded);
        const open = (): HybridReader => new HybridReader(bytes, 0, bytes.length, width);
        const reader = open();
        assert.deepEqual(
          values.map(() => reader.next()),
          values,
        );
        assert.throws(() => reader.next(), CorruptDataError);
        const [first = 0] = values;
        const ones = values.filter((value) => value === first).length;
        assert.equal(open().count(values.length, first), ones);
        if (skipped >= values.length) return;
        const behind = open();
        behind.skip(skipped);
        assert.equal(behind.next(), values[skipped]);
      }),
    );
  });

  it("without bits are zeros", () => {
    const reader = new HybridReader(Buffer.alloc(0), 0, 0, widthOf(0));
    assert.equal(reader.next(), 0);
    assert.equal(reader.count(7, 0), 7);
  });

  it("without end are damage", () => {
    for (const bytes of [Buffer.alloc(50, 0xff), Buffer.alloc(50, 0x80), Buffer.alloc(50)])
      assert.throws(() => {
        new HybridReader(bytes, 0, bytes.length, 8).skip(1e9);
      }, CorruptDataError);
    assert.throws(() => new HybridReader(Buffer.alloc(4), 0, 4, 33), CorruptDataError);
  });
});

describe("deltas", () => {
  it("of the specification's example are read", () => {
    // https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
    const bytes = Buffer.from([8, 1, 8, 14, 3, 2, 0b11000000, 0b00111111]);
    const reader = new DeltaReader(bytes, 0);
    assert.deepEqual(
      Array.from({ length: 8 }, () => Number(reader.next())),
      [7, 5, 3, 1, 2, 3, 4, 5],
    );
    assert.throws(() => reader.next(), CorruptDataError);
    assert.equal(new DeltaReader(bytes, 0).end(), bytes.length);
  });

  it("that claim what cannot be are damage", () => {
    for (const bytes of [
      [0, 0, 8, 14],
      [8, 0, 8, 14],
      [7, 1, 8, 14],
      [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 8, 14],
      Array<number>(50).fill(0xff),
      [],
    ])
      assert.throws(() => new DeltaReader(Buffer.from(bytes), 0), CorruptDataError);
  });

  it("of arbitrary bytes end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (input) => {
        const bytes = Buffer.concat([Buffer.from([0x80, 1, 4, 100]), input]);
        try {
          assert.ok(new DeltaReader(bytes, 0).end() <= bytes.length);
          const reader = new DeltaReader(bytes, 0);
          for (let index = 0; index < 100; index++) reader.next();
        } catch (error) {
          assert.ok(error instanceof CorruptDataError, String(error));
        }
      }),
    );
  });
});
