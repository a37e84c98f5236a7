import assert from "node:assert/strict";
import { test } from "node:test";

import { formatCount, formatTable } from "../../../cli/terminal/table.ts";

test("columns are as wide as their widest cell; the last alignment holds for the rest", () => {
  assert.equal(
    formatTable(
      [
        ["", "read", "imported"],
        ["a.ndjson", "1,234", "5"],
      ],
      ["left", "right"],
    ),
    ["           read  imported", "a.ndjson  1,234         5"].join("\n"),
  );
});

test("nothing stands behind the last cell of a row", () => {
  assert.equal(formatTable([["a", "b"], ["long"]], ["left"]), "a     b\nlong");
});

test("thousands stand apart", () => {
  assert.equal(formatCount(1_234_567), "1,234,567");
});
