import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  createDeadLetters,
  toDeadLetters,
  type DeadLetterOrigin,
  type DeadRecord,
} from "../../../functions/records/dead-letter.ts";
import type { OutgoingMessage } from "../../../functions/google/publisher.ts";
import type { Problem, Reason } from "../../../functions/event/problem.ts";
import { NO_DEADLINE } from "../../support/deadlines.ts";

const ORIGIN: DeadLetterOrigin = {
  source: "gs://landing/a.json#7",
  attributes: { bucketId: "landing", objectId: "a.json", objectGeneration: "7" },
  original: {},
  hasLines: true,
  replays: 0,
};

function problem(error = "not valid JSON", reason: Reason = "malformed", field = ""): Problem {
  return { reason, field, error };
}

function dead(line: number, text = `line ${line}`, what = problem()): DeadRecord {
  return { problem: what, bytes: Buffer.from(text), line };
}

function letters(records: readonly DeadRecord[], origin: Partial<DeadLetterOrigin> = {}) {
  return toDeadLetters(records, { ...ORIGIN, ...origin }, "bytes");
}

/** The lines that `3,7-9` names. */
function expand(lines: string): readonly number[] {
  return lines.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function bytesOfValues({ attributes }: OutgoingMessage): number {
  return Math.max(...Object.values(attributes).map((value) => Buffer.byteLength(value)));
}

describe("a dead letter", () => {
  it("says what is wrong with its records, and where they are", () => {
    const [letter, ...more] = letters([dead(3), dead(7), dead(8), dead(9), dead(11)]);
    assert.equal(more.length, 0);
    assert.equal(letter?.data.toString("utf8"), "line 3\nline 7\nline 8\nline 9\nline 11");
    assert.deepEqual(letter.attributes, {
      version: "1",
      reason: "malformed",
      field: "",
      error: "not valid JSON",
      records: "5",
      source: "gs://landing/a.json#7",
      bucketId: "landing",
      objectId: "a.json",
      objectGeneration: "7",
      replays: "0",
      lines: "3,7-9,11",
    });
  });

  it("holds records of one reason, field and error only", () => {
    const found = letters([
      dead(1, "a", problem("x")),
      dead(2, "b", problem("y")),
      dead(3, "c", problem("x")),
      dead(4, "d", problem("x", "invalid")),
      dead(5, "e", problem("x", "malformed", "field")),
    ]);
    assert.deepEqual(
      found.map(({ data, attributes }) => [data.toString("utf8"), attributes["lines"]]),
      [
        ["a\nc", "1,3"],
        ["b", "2"],
        ["d", "4"],
        ["e", "5"],
      ],
    );
  });

  it("holds every record once, within its limits, whatever they are", () => {
    const record = fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      size: fc.oneof(
        { weight: 20, arbitrary: fc.nat(20) },
        fc.constantFrom(300_000, 999_999, 1_000_001),
      ),
      hasBreak: fc.boolean(),
      error: fc.constantFrom("x", "y"),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (shapes) => {
        let line = 0;
        const records = shapes.map(({ gap, size, hasBreak, error }) => {
          line += gap;
          const text = `${line}:${"x".repeat(size)}${hasBreak && size < 10 ? "\n" : ""}`;
          return dead(line, text, problem(error));
        });
        const found = letters(records);
        const lines = found.flatMap(({ attributes }) => expand(attributes["lines"] ?? ""));
        assert.deepEqual(
          lines.toSorted((a, b) => a - b),
          records.map((one) => one.line),
        );
        for (const letter of found) {
          const count = Number(letter.attributes["records"]);
          const held = expand(letter.attributes["lines"] ?? "");
          assert.equal(held.length, count);
          assert.ok(letter.data.length <= 1_000_000 || count === 1);
          const expected = held.map((at) =>
            records.find((one) => one.line === at)?.bytes.toString("utf8"),
          );
          assert.equal(letter.data.toString("utf8"), expected.join("\n"));
          if (count > 1) assert.equal(letter.data.toString("utf8").split("\n").length, count);
          assert.ok(bytesOfValues(letter) <= 1024);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is closed at 1,000 records", () => {
    const found = letters(Array.from({ length: 2001 }, (_, index) => dead(index + 1)));
    assert.deepEqual(
      found.map(({ attributes }) => [attributes["records"], attributes["lines"]]),
      [
        ["1000", "1-1000"],
        ["1000", "1001-2000"],
        ["1", "2001"],
      ],
    );
  });

  it("is closed before its lines would pass 1,024 bytes", () => {
    const found = letters(Array.from({ length: 900 }, (_, index) => dead(1_000_000 + 2 * index)));
    assert.equal(found.length, Math.ceil((900 * 8) / 1025));
    for (const letter of found) assert.ok((letter.attributes["lines"]?.length ?? 0) <= 1024);
    assert.equal(found.flatMap(({ attributes }) => expand(attributes["lines"] ?? "")).length, 900);
  });

  it("holds a record with a line break alone", () => {
    const found = letters([dead(1), dead(2, "{\n}"), dead(3)]);
    assert.deepEqual(
      found.map(({ data }) => data.toString("utf8")),
      ["line 1", "{\n}", "line 3"],
    );
  });

  it("says what is missing of a record that is too large", () => {
    const cut = { offset: 4096, bytes: 5_000_000 };
    const head = { ...dead(2, "head", problem("larger than 1 MB", "too-large")), cut };
    const found = letters([dead(1, "small", problem("larger than 1 MB", "too-large")), head, head]);
    assert.equal(found.length, 3);
    const { truncated, offset, bytes, lines, records } = found[1]?.attributes ?? {};
    assert.deepEqual(
      [truncated, offset, bytes, lines, records],
      ["true", "4096", "5000000", "2", "1"],
    );
    assert.equal(found[0]?.attributes["truncated"], undefined);
  });

  it("has no lines when its records have none", () => {
    const [letter] = letters([dead(1)], { hasLines: false });
    assert.equal("lines" in (letter?.attributes ?? {}), false);
  });

  it("keeps every value within 1,024 bytes, characters whole", () => {
    const [letter] = letters(
      [dead(1, "x", problem("é".repeat(2000), "rejected", "日".repeat(2000)))],
      {
        source: `gs://b/${"é".repeat(1000)}#7`,
        attributes: { objectId: "x".repeat(1024) },
      },
    );
    const { error = "", field = "", source = "", objectId = "" } = letter?.attributes ?? {};
    assert.deepEqual([error, field], ["é".repeat(512), "日".repeat(341)]);
    assert.ok(source.startsWith("gs://b/é") && Buffer.byteLength(source) <= 1024);
    assert.equal(objectId.length, 1024);
  });

  it("is well-formed Unicode, whatever a transform throws or a name holds", () => {
    const [letter] = letters([dead(1, "x", problem("a\ud83d", "transform-failed", "\ude42"))], {
      source: "gs://b/\ud800#7",
      original: { "k\ud800": "v\udfff" },
    });
    const { attributes } = letter ?? assert.fail("no letter");
    assert.deepEqual([attributes["error"], attributes["field"]], ["a\ufffd", "\ufffd"]);
    assert.equal(attributes["original.k\ufffd"], "v\ufffd");
    assert.ok(Object.entries(attributes).flat().join("").isWellFormed());
  });

  it("gives a message its own attributes back, as many as fit", () => {
    const attributes = {
      color: "red",
      ["k".repeat(247)]: "fits",
      ["k".repeat(248)]: "too long",
      long: "é".repeat(600),
      version: "9",
      __proto__x: "y",
    };
    const own = { messageId: "1", publishTime: "2026-01-01T00:00:00.000Z" };
    const [letter] = letters([dead(1)], {
      attributes: own,
      original: attributes,
      hasLines: false,
      replays: 3,
    });
    const found = letter?.attributes ?? {};
    assert.equal(found["original.color"], "red");
    assert.equal(found["original.version"], "9");
    assert.equal(found["version"], "1");
    assert.equal(found["replays"], "3");
    assert.equal(found["original.long"], "é".repeat(512));
    assert.equal(found[`original.${"k".repeat(247)}`], "fits");
    assert.equal(
      Object.keys(found).some((key) => Buffer.byteLength(key) > 256),
      false,
    );

    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, "v"]));
    const [crowded] = letters([dead(1)], { attributes: own, original: many });
    assert.ok(Object.keys(crowded?.attributes ?? {}).length <= 100);
  });

  it("says where its records are, when that is known, in at most 1,024 bytes", () => {
    const records = Array.from({ length: 300 }, (_, index) => ({
      ...dead(index + 1),
      position: String(10_000_000_000 + 400 * index),
    }));
    const positions = letters(records).map(({ attributes }) => attributes["positions"] ?? "");

    assert.ok(positions.every(({ length }) => length <= 1024));
    assert.ok(positions.length <= 4);
    assert.deepEqual(
      positions.flatMap((text) => text.split(",")),
      records.map(({ position }) => position),
    );
    assert.ok(!("positions" in (letters([dead(1)])[0]?.attributes ?? {})));
  });

  it("holds no bytes of records when only their place is wanted", () => {
    const [letter] = toDeadLetters([dead(1), dead(2)], ORIGIN, "reference");
    assert.equal(letter?.data.length, 0);
    assert.deepEqual([letter.attributes["records"], letter.attributes["lines"]], ["2", "1-2"]);
  });
});

describe("publishing dead letters", () => {
  it("publishes all of them, and says how many there were for which reason", async () => {
    const published: OutgoingMessage[] = [];
    const logged: unknown[] = [];
    const publish = createDeadLetters({
      publish: async (topic, messages) => {
        assert.equal(topic, "projects/p/topics/dead");
        await Promise.resolve();
        published.push(...messages);
      },
      topic: "projects/p/topics/dead",
      contents: "bytes",
      hasPositions: false,
      log: (...line) => logged.push(line),
    });
    await publish([], ORIGIN, NO_DEADLINE);
    assert.deepEqual([published, logged], [[], []]);

    await publish([dead(1), dead(2, "b", problem("x", "rejected")), dead(3)], ORIGIN, NO_DEADLINE);
    assert.equal(published.length, 2);
    assert.deepEqual(logged, [
      ["WARNING", "Dead letters published", { reason: "malformed", records: 2 }],
      ["WARNING", "Dead letters published", { reason: "rejected", records: 1 }],
    ]);
  });

  it("fails, and says nothing, when they cannot be published", async () => {
    const logged: unknown[] = [];
    const publish = createDeadLetters({
      publish: () => Promise.reject(new Error("down")),
      topic: "t",
      contents: "bytes",
      hasPositions: false,
      log: (...line) => logged.push(line),
    });
    await assert.rejects(publish([dead(1)], ORIGIN, NO_DEADLINE), /down/);
    assert.deepEqual(logged, []);
  });
});
