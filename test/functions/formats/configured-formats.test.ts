import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  CONFIGURABLE_FORMATS,
  createFormatLookup,
  parseFormats,
} from "../../../functions/formats/configured-formats.ts";
import { detectFormat } from "../../../functions/formats/detect-format.ts";

describe("the setting formats", () => {
  it("says what an object is, by its name", () => {
    const formatOf = createFormatLookup({
      "exports/**": "csv",
      "exports/json/**": "ndjson",
      "*.txt": "tsv",
    });
    const cases = {
      "exports/a": "csv",
      "exports/2026/.a": "csv",
      "exports/json/a.csv": "ndjson",
      "a.txt": "tsv",
      "folder/a.txt": undefined,
      "a.csv": undefined,
    };
    for (const [name, format] of Object.entries(cases)) assert.equal(formatOf(name), format, name);
  });

  it("says the same in whatever order it is written: the longest glob counts", () => {
    const one = createFormatLookup({ "a/**": "csv", "a/b/**": "json" });
    const other = createFormatLookup({ "a/b/**": "json", "a/**": "csv" });
    for (const formatOf of [one, other]) assert.equal(formatOf("a/b/c"), "json");
  });

  it("knows every format that it may name", () => {
    for (const configured of CONFIGURABLE_FORMATS) {
      const head = Buffer.from("event,time;x|y\tz\n");
      const told = detectFormat(head, true, { name: "a.csv", configured });
      assert.ok(told?.kind === "format" || configured === "csv", configured);
    }
  });

  it("is read from JSON, and all that is wrong is named", () => {
    const problems: string[] = [];
    assert.deepEqual(parseFormats('{"a/**":"csv","b":"tsv"}', problems), {
      "a/**": "csv",
      b: "tsv",
    });
    assert.deepEqual(parseFormats("", problems), {});
    assert.deepEqual(problems, []);
    parseFormats('{"a":"xml","":"csv","b":1}', problems);
    assert.deepEqual(problems.length, 3);
    for (const text of ["csv", "[]", "null", "5"]) parseFormats(text, problems);
    assert.equal(problems.length, 7);
    assert.match(String(problems[0]), /^FORMATS must say one of ndjson, .*, got "a": "xml"$/);
  });
});
