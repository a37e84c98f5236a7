import assert from "node:assert/strict";
import { test } from "node:test";

import { reasonList } from "../../../cli/local/reason-list.ts";
import { plain } from "../../../cli/terminal/paint.ts";

const STYLE = { columns: 80, paint: plain };

test("reasons are told with field, text and one place", () => {
  const groups = [
    { reason: "invalid", field: "time", error: "missing", records: 1200, sample: "a line 3" },
    { reason: "malformed", field: "", error: "not valid JSON", records: 1, sample: "message 7" },
  ];

  assert.equal(
    reasonList(groups, STYLE),
    [
      "Not imported",
      "  1,200  invalid, time: missing",
      "     e.g. a line 3",
      "  1  malformed, not valid JSON",
      "     e.g. message 7",
    ].join("\n"),
  );
  assert.equal(reasonList([], STYLE), "");
});

test("of many reasons the most frequent are shown, on lines that fit; the rest is counted", () => {
  const groups = Array.from({ length: 15 }, (_, index) => ({
    reason: "rejected",
    field: "",
    error: `error ${index} \u001b[31m ${"long ".repeat(50)}`,
    records: 15 - index,
    sample: `${"folder/".repeat(30)}a line 1`,
  }));

  const text = reasonList(groups, STYLE);

  assert.match(text, /\n {2}and 5 more problems$/);
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
  assert.ok(!text.includes("\u001b"));
});
