import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { assertSame, split, walk } from "./scanned-lines.ts";
import { eventWith, MAX_INPUT } from "./scanned.ts";

/**
 * Compares what is found with what is to be found in `text`, which is in the middle of a larger
 * buffer, and answers how many events and scans it were. Scans again behind the records that
 * `again` chooses, as is done after a wait.
 */
function check(text: Buffer, again: (records: number) => readonly number[]) {
  const before = Buffer.from('{"event":\n');
  const bytes = Buffer.concat([before, text, Buffer.from('"x"}\n\n1')]);
  const [start, end] = [before.length, before.length + text.length];
  const expected = split(bytes, start, end);
  const scanned = walk(bytes, start, end);
  assertSame(scanned, expected);

  const { records, lines } = expected;
  const unlooked = records.map((record) => ({ ...record, scanned: undefined }));
  assertSame(walk(bytes, start, end, { looksAtEvents: false }), { records: unlooked, lines });

  for (const index of again(records.length)) {
    const record = records[index] ?? assert.fail("there is no such record");
    const rest = walk(bytes, record.end, end, { line: record.line });
    // At the very end nothing is left of the line that the record was on.
    const lastLine = record.end === end ? record.line : lines;
    assertSame(rest, { records: records.slice(index + 1), lines: lastLine });
  }
  return { scans: scanned.scans, events: records.filter(({ scanned: found }) => found).length };
}

const all = (records: number) => [...Array(records).keys()];
const some = (records: number) =>
  [0, 1, Math.floor(records / 2), records - 1].filter((at) => at >= 0 && at < records);

const EVENT = eventWith('"distinct_id":"u","$insert_id":"a-1"');
const PIECE = 64 * 1024;

const plainLine = fc.constantFrom(
  ...[EVENT, '{"event":"$merge","properties":{"time":1,"ip":0}}', eventWith('"a":"日本"')],
  ...["", " ", "\t \r", "{", "{}", "1", '{"event":"e"}', '{"event":"e","properties":{"time":"1"}}'],
  ...["\v", "\u00a0", `${EVENT}x`, `${EVENT} ${EVENT}`, `${EVENT}\0`, '{"event":"', "\ufeff", "\\"],
);
const around = fc.constantFrom(
  ...["", "", "", " ", "\t", "\r", " \r\t", "\ufeff", "\ufeff ", " \ufeff"],
);
const line = fc.tuple(around, plainLine, around).map((parts) => parts.join(""));
const ending = fc.constantFrom("\n", "\n", "\n", "\r\n", "\n\n", " \n");
const lines = fc
  .tuple(fc.array(fc.tuple(line, ending), { maxLength: 12 }), line)
  .map(([ended, last]) => [...ended.flat(), last].join(""));

describe("the scan of lines", () => {
  it("finds the records that there are, with their lines and events", () => {
    let events = 0;
    const numRuns = 1000;
    fc.assert(
      fc.property(lines, (text) => {
        events += check(Buffer.from(text), all).events;
      }),
      { numRuns },
    );
    assert.ok(events > numRuns / 2, `only ${events} events were scanned`);
  });

  it("goes on behind a piece, wherever that ends", () => {
    fc.assert(
      fc.property(lines, fc.nat(400), (text, inPiece) => {
        const bytes = Buffer.from([" ".repeat(PIECE - inPiece), text, "", text].join("\n"));
        assert.equal(check(bytes, some).scans > 1, bytes.length > PIECE);
      }),
      { numRuns: 200 },
    );
  });

  it("takes as many lines as there are, and as long ones", () => {
    const long = (bytes: number) =>
      eventWith(`"a":"${"x".repeat(bytes - eventWith('"a":""').length)}"`);
    const scansOf = (...texts: string[]) => check(Buffer.from(texts.join("\n")), some).scans;
    // Most rows at once: 16,384.
    assert.equal(scansOf("1\n".repeat(16_384)), 1);
    assert.equal(scansOf("1\n".repeat(16_384), "1"), 2);
    assert.equal(scansOf("1\n".repeat(16_384), "\n\n\r"), 2);
    assert.ok(scansOf("1\n".repeat(40_000), EVENT) >= 3);
    assert.equal(scansOf("\n".repeat(40_000), EVENT), 1);
    for (const bytes of [PIECE - 2, PIECE - 1, PIECE, PIECE + 1, MAX_INPUT - 1]) {
      scansOf(EVENT, long(bytes), EVENT);
      scansOf(long(bytes));
      scansOf(`${long(bytes)}\n`);
    }
    scansOf(`${long(MAX_INPUT)}\n`);
    for (const line of [long(MAX_INPUT + 1), " ".repeat(MAX_INPUT + 1)])
      for (const text of [line, `${line}\r\n`, `\n${EVENT}\n\ufeff\t${line} \n\n${EVENT}`])
        scansOf(text);
  });
});
