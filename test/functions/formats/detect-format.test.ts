import assert from "node:assert/strict";
import { describe, it } from "node:test";
import zlib from "node:zlib";

import fc from "fast-check";

import { detectFormat } from "../../../functions/formats/detect-format.ts";
import { MAX_HEAD_BYTES } from "../../../functions/formats/head.ts";

/** What is told of contents that come in pieces of `chunkBytes`, as a word. */
function detect(contents: string | Buffer, chunkBytes = 64 * 1024): string {
  const bytes = Buffer.from(contents);
  for (
    let end = Math.min(chunkBytes, bytes.length);
    ;
    end = Math.min(end + chunkBytes, bytes.length)
  ) {
    const detected = detectFormat(bytes.subarray(0, end), end === bytes.length, { name: "a" });
    if (detected === undefined) {
      assert.ok(end < bytes.length && end < MAX_HEAD_BYTES, "told by then");
      continue;
    }
    if (detected.kind === "foreign") return detected.foreign.what;
    if (detected.kind === "unreadable") return detected.error;
    const { format } = detected;
    return format.name === "json" && format.isArray ? "array" : format.name;
  }
}

const EVENT = '{"event":"a","properties":{"time":1,"distinct_id":"u"}}';
const PRETTY = JSON.stringify(JSON.parse(EVENT), null, 2);
const LARGE = `{"event":"${"x".repeat(1_500_000)}"}`;

const CASES: readonly (readonly [what: string, contents: string | Buffer, expected: string])[] = [
  ["nothing", "", "ndjson"],
  ["blank", " \n\n", "ndjson"],
  ["an event a line", `${EVENT}\n${EVENT}\n`, "ndjson"],
  ["one event", EVENT, "ndjson"],
  ["one event behind a byte-order mark and blank lines", `\ufeff\r\n\n${EVENT}`, "ndjson"],
  ["a comma after each line", `${EVENT},\n${EVENT},\n`, "ndjson"],
  ["a first line that is cut off", `{"event":"a\n${EVENT}\n`, "ndjson"],
  ["a first line that lacks its bracket", `{"a":1\n${EVENT}\n`, "ndjson"],
  ["a first line with NaN", `{"event":NaN}\n${EVENT}\n`, "ndjson"],
  ["a first line with text behind the value", `${EVENT} # comment\n${EVENT}\n`, "ndjson"],
  ["a first line that is too long", `${LARGE}\n${EVENT}\n`, "ndjson"],
  ["an array a line", `[${EVENT}]\n[${EVENT}]\n`, "ndjson"],
  ["scalars in an array", "[1,2,3]\n", "ndjson"],
  ["a log", "[2026-01-01 10:00] INFO started\n[2026-01-01 10:01] INFO stopped\n", "ndjson"],
  ["CSV", "event,time\na,1\n", "ndjson"],
  ["text that begins like an ORC file", "ORC is a format\nof files\n", "ndjson"],
  ["an array on one line", `[${EVENT},${EVENT}]`, "array"],
  ["an array on one line with a line feed", `[${EVENT},${EVENT}]\n`, "array"],
  ["an array that is too long a line", `[${`${EVENT},`.repeat(30_000)}${EVENT}]`, "array"],
  ["an array of which one element is broken", `[{"a":NaN},${EVENT}]`, "array"],
  ["an element a line", `[\n${EVENT},\n${EVENT}\n]`, "array"],
  ["an element a line from the first on", `[${EVENT},\n${EVENT}]`, "array"],
  ["an array of arrays", `[[${EVENT}],[${EVENT}]]`, "array"],
  ["a pretty array", JSON.stringify([JSON.parse(EVENT)], null, 2), "array"],
  ["an array with something else before the event", `[1,${EVENT}]`, "array"],
  ["an empty array", "[]", "array"],
  ["an empty array over lines", "[\n]\n", "array"],
  ["an array and an object behind it", `[${EVENT}]\n${EVENT}\n`, "array"],
  ["pretty objects", `${PRETTY}\n${PRETTY}\n`, "json"],
  ["one pretty object", PRETTY, "json"],
  ["pretty objects separated by commas", `${PRETTY},\n${PRETTY}`, "json"],
  ["concatenated objects", EVENT.repeat(3), "json"],
  ["concatenated objects that are one long line", EVENT.repeat(30_000), "json"],
  ["objects separated by commas on one line", `${EVENT},${EVENT}`, "json"],
  ["a JSON sequence", `\x1e${EVENT}\n\x1e${EVENT}\n`, "json"],
  ["UTF-16 with a byte-order mark", Buffer.from(`\ufeff${EVENT}\n`, "utf16le"), "UTF-16 text"],
  ["UTF-16 without", Buffer.from(`${EVENT}\n`, "utf16le"), "UTF-16 text"],
  ["UTF-16, big end first", Buffer.from(`\ufeff${EVENT}`, "utf16le").swap16(), "UTF-16 text"],
  ["a zip archive", Buffer.from("PK\x03\x04\x14\0\0\0\x08\0events.ndjson"), "a zip archive"],
  ["an Excel workbook", Buffer.from("PK\x03\x04\x14\0[Content_Types].xml"), "an Excel workbook"],
  ["bzip2", Buffer.from("BZh91AY&SY\xd7\x03\x01\0", "latin1"), "bzip2"],
  ["xz", Buffer.from("\xfd7zXZ\0\0\x04", "latin1"), "xz"],
  ["Parquet", Buffer.from("PAR1\x15\x04\x15\x10\x00", "latin1"), "parquet"],
  ["text that begins like Parquet", "PAR1 is a word\n", "ndjson"],
  [
    "encrypted Parquet",
    Buffer.from("PARE\x15\x04\x15\x10\x00", "latin1"),
    "an encrypted Parquet file",
  ],
  ["Avro", Buffer.from("Obj\x01\x04\x14avro.codec", "latin1"), "an Avro file"],
  [
    "a tar archive",
    Buffer.concat([Buffer.alloc(257, "a"), Buffer.from("ustar\x0000")]),
    "a tar archive",
  ],
];

describe("the format of contents", () => {
  for (const [what, contents, expected] of CASES)
    it(`is told of ${what}`, () => {
      assert.equal(detect(contents), expected);
      if (contents.length < 5000) assert.equal(detect(contents, 1), expected, "byte by byte");
    });

  it("is newline-delimited JSON, whatever is in the lines and whichever of them is damaged", () => {
    const json = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue());
    const files = fc.record({
      lines: fc.array(json, { minLength: 1, maxLength: 5 }),
      lineEnd: fc.constantFrom("\n", "\r\n", " \n", "\n\n"),
      lost: fc.option(fc.nat(), { nil: undefined }),
      isEnded: fc.boolean(),
    });
    fc.assert(
      fc.property(files, ({ lines, lineEnd, lost, isEnded }) => {
        const texts = lines.map((line) => JSON.stringify(line));
        const first = texts[0] ?? "";
        // Of the first line a byte is missing: what follows must not be taken for a part of it.
        const at = lost === undefined ? first.length : lost % first.length;
        texts[0] = first.slice(0, at) + first.slice(at + 1);
        const text = texts.join(lineEnd) + (isEnded ? lineEnd : "");
        if (!text.startsWith("{")) return;
        assert.equal(detect(text), "ndjson", text);
      }),
      { numRuns: 3000 },
    );
  });

  it("is not told of compressed bytes as something else", () => {
    assert.equal(detect(zlib.gzipSync(EVENT)), "ndjson");
  });
});
