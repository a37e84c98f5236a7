import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  decodeContinuation,
  encodeContinuation,
  firstProgress,
  type Progress,
} from "../../../functions/objects/continuation.ts";

const count = fc.nat(Number.MAX_SAFE_INTEGER);

/** Of a sum that is a count. */
const part = fc.nat(1e15);

const plain = { noNullPrototype: true } as const;

const updates = fc
  .record({ imported: part, rejected: part, unconfirmed: part }, plain)
  .map((parts) => ({
    produced: parts.imported + parts.rejected + parts.unconfirmed,
    ...parts,
  }));

const progress: fc.Arbitrary<Progress> = fc.record(
  {
    position: fc
      .record({
        offset: count,
        line: fc.integer({ min: 1 }),
        compressed: count,
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        isGzip: fc.boolean(),
        json: fc.option(
          fc.record({ open: count, indent: count, isIndentOver: fc.boolean() }, plain),
          { nil: undefined },
        ),
      })
      .map(({ offset, line, compressed, share, isGzip, json }) => ({
        offset,
        line,
        ...(json !== undefined && { json }),
        member: isGzip ? { compressed, decompressed: Math.floor(offset * share) } : null,
      })),
    counters: fc.record(
      {
        records: fc
          .record({ dropped: part, unusable: part, used: part }, plain)
          .map((parts) => ({ read: parts.dropped + parts.unusable + parts.used, ...parts })),
        events: fc
          .record({ imported: part, rejected: part, idsAdded: part }, plain)
          .map((parts) => ({ produced: parts.imported + parts.rejected, ...parts })),
        profiles: updates,
        groups: updates,
        requests: count,
        retries: count,
      },
      plain,
    ),
    firstError: fc.option(
      fc.record(
        {
          reason: fc.constantFrom("malformed", "rejected"),
          field: fc.string(),
          line: fc.integer({ min: 1 }),
        },
        plain,
      ),
    ),
    problems: fc
      .uniqueArray(fc.tuple(fc.constantFrom("invalid event missing", "é", "0"), count), {
        selector: ([text]) => text,
      })
      .map((entries) => new Map(entries)),
    run: fc.integer({ min: 1, max: 1000 }),
    startedAt: fc.constant("2026-01-01T00:00:00.000Z"),
  },
  plain,
);

const GOOD = {
  version: 1,
  position: {
    offset: 10,
    line: 3,
    member: { compressed: 5, decompressed: 10 },
    json: { open: 1, indent: 2, isIndentOver: false },
  },
  counters: {
    records: { read: 2, dropped: 0, unusable: 1, used: 1 },
    events: { produced: 1, imported: 1, rejected: 0, idsAdded: 1 },
    requests: 1,
    retries: 0,
  },
  firstError: { reason: "malformed", field: "", line: 1 },
  run: 2,
  startedAt: "2026-01-01T00:00:00.000Z",
};

/** `value` with the member at `path` replaced. */
function replaced(value: unknown, [key, ...path]: readonly string[], member: unknown): unknown {
  if (key === undefined) return member;
  assert.ok(typeof value === "object" && value !== null);
  return { ...value, [key]: replaced(Reflect.get(value, key), path, member) };
}

describe("a continuation", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(progress, fc.option(fc.string(), { nil: undefined }), (written, importId) => {
        assert.deepEqual(decodeContinuation(encodeContinuation(written, importId)), written);
      }),
    );
  });

  it("may say how large the object is", () => {
    const written = { ...firstProgress("2026-01-01T00:00:00.000Z"), size: 123 };
    assert.deepEqual(decodeContinuation(encodeContinuation(written, undefined)), written);
  });

  it("of another format than lines is of version 2, and says what an earlier run has found out", () => {
    const first = firstProgress("2026-01-01T00:00:00.000Z");
    for (const isArray of [true, false]) {
      const written = { ...first, format: { name: "json", isArray } } as const;
      const data = encodeContinuation(written, undefined);
      assert.equal(Reflect.get(JSON.parse(data.toString()) as object, "version"), 2);
      assert.deepEqual(decodeContinuation(data), written);
    }
    for (const format of [undefined, null, "json", { name: "json" }, { name: "csv" }])
      assert.equal(
        decodeContinuation(Buffer.from(JSON.stringify({ ...GOOD, version: 2, format }))),
        undefined,
      );
  });

  it("is not one when its counts do not add up, or its place is behind the object's end", () => {
    const forged = [
      replaced(GOOD, ["counters", "records", "read"], 3),
      replaced(GOOD, ["counters", "events", "rejected"], 1),
      replaced({ ...GOOD, size: 9 }, ["position", "member"], null),
    ];
    for (const value of forged)
      assert.equal(decodeContinuation(Buffer.from(JSON.stringify(value))), undefined);
    const atTheEnd = replaced({ ...GOOD, size: 10 }, ["position", "member"], null);
    assert.notEqual(decodeContinuation(Buffer.from(JSON.stringify(atTheEnd))), undefined);
  });

  it("holds version and importId for others to read", () => {
    const data = encodeContinuation(firstProgress("2026-01-01T00:00:00.000Z"), "again");
    const { version, importId } = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
    assert.deepEqual([version, importId], [1, "again"]);
  });

  it("is not one when any of its fields is missing or malformed", () => {
    assert.notEqual(decodeContinuation(Buffer.from(JSON.stringify(GOOD))), undefined);
    const counts = [
      "position.offset",
      "position.member.compressed",
      "position.member.decompressed",
      "firstError.line",
      "counters.requests",
      "counters.retries",
    ];
    counts.push(...Object.keys(GOOD.counters.records).map((key) => `counters.records.${key}`));
    counts.push(...Object.keys(GOOD.counters.events).map((key) => `counters.events.${key}`));
    const bad: readonly (readonly [path: string, values: readonly unknown[]])[] = [
      ...counts.map((path) => [path, [undefined, null, "1", -1, 1.5, 2 ** 60, {}]] as const),
      ["version", [undefined, 0, 2, "1", null]],
      ["position", [undefined, null, 5, []]],
      ["position.line", [undefined, 0, -1, 1.5, "3"]],
      ["position.member", [undefined, 5, "x", []]],
      ["position.member.decompressed", [11]],
      ["position.json", [null, 1, "x", [], {}, { open: 1 }]],
      ["position.json.open", [-1, "1", 1.5]],
      ["position.json.indent", [-1, "1", 1.5, 2 ** 60]],
      ["position.json.isIndentOver", [0, "true", null]],
      ["counters", [undefined, null, 5]],
      ["counters.records", [undefined, null, []]],
      ["counters.events", [undefined, null, []]],
      ["firstError", [undefined, 5, "x", {}]],
      ["firstError.reason", [undefined, 5]],
      ["firstError.field", [undefined, 5]],
      ["run", [undefined, null, 0, -1, 1.5, "2"]],
      ["startedAt", [undefined, null, 5, "", "yesterday"]],
      ["size", [null, "1", -1, 1.5, 2 ** 60, {}]],
    ];
    for (const [path, values] of bad)
      for (const value of values) {
        const data = Buffer.from(JSON.stringify(replaced(GOOD, path.split("."), value)));
        assert.equal(decodeContinuation(data), undefined, `${path} = ${JSON.stringify(value)}`);
      }
  });

  it("is not one when it is no JSON", () => {
    for (const text of ["", "null", "[]", "{", '"x"', "5"])
      assert.equal(decodeContinuation(Buffer.from(text)), undefined, text);
  });
});
