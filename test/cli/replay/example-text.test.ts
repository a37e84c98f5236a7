import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { formatExample } from "../../../cli/replay/example-text.ts";
import { repaired } from "../../../cli/replay/replacement.ts";
import { createPaint } from "../../../cli/terminal/paint.ts";
import { widthOf } from "../../../cli/terminal/fit.ts";

const COLUMNS = 80;
const STYLE = { paint: createPaint({}), columns: COLUMNS };

function shown(before: string, after: readonly string[], error = ""): string[] {
  return formatExample({ place: "message 7", before, after, error, refusal: "" }, STYLE).slice(1);
}

test("blanks between tokens are no difference, and long integers stay", () => {
  assert.deepEqual(shown('{ "n": 12345678901234567890 }', ['{"n":12345678901234567890,"t":1}']), [
    '    - {"n":12345678901234567890}',
    '    + {"n":12345678901234567890,"t":1}',
  ]);
});

test("what is left out, or not repaired, is shown as it was", () => {
  assert.deepEqual(shown('{ "n": 1 }', []), ['    - { "n": 1 }', "    + (left out)"]);
  assert.deepEqual(shown("\u001b[2J\u202e", [], "no\nJSON"), [
    "    - \\u001b[2J\\u202e",
    "      no\\u000aJSON",
  ]);
});

test("a change far inside a long record is shown", () => {
  const text = (time: string): string =>
    JSON.stringify({ event: "Long", properties: { long: "y".repeat(5000), time, more: "z" } });
  const lines = shown(text("yesterday"), [text("1760000000")]);
  assert.match(lines[0] ?? "", /- \{"event":"Long"/);
  assert.match(lines.join(""), /… y+","time":"yesterday".*\+ .* … y+","time":"1760000000"/);
});

test("records of any text fit the terminal, and do not rule it", () => {
  const unit = fc.constantFrom(...Array.from('aé漢😀\u0301\u200d\n\u001b\u009b\u202e…\\"'));
  const text = fc.array(unit, { maxLength: 500 }).map((units) => units.join(""));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const lines = shown(JSON.stringify({ one }), [JSON.stringify({ one, other })], other);
      for (const line of lines) {
        assert.ok(widthOf(line) <= COLUMNS, `${widthOf(line)}: ${line}`);
        assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/u);
        assert.ok(line.isWellFormed());
      }
    }),
    { numRuns: 100 },
  );
});

test("bytes that are no text are told in hexadecimal", () => {
  const record = { bytes: Buffer.from([0x7b, 0xff, 0x7d]), line: 3 };
  const letter = { messageId: "7", publishTime: "", attributes: {}, data: record.bytes };
  const { examples } = repaired(letter, [{ kind: "unrepaired", record, error: "no JSON" }], true);
  assert.equal(examples[0]?.before, "(3 bytes that are not UTF-8: 7bff7d)");
});
