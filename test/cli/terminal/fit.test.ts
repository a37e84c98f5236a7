import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import {
  columnsOf,
  fit,
  padTo,
  printable,
  printableLines,
  widthOf,
  wrap,
} from "../../../cli/terminal/fit.ts";

test("texts are cut between characters, and never too wide", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.integer({ min: 1, max: 50 }),
      (text, columns) => {
        const cut = fit(text, columns);
        assert.ok(widthOf(cut) <= columns || cut === text);
        assert.ok(cut.isWellFormed());
        assert.ok(widthOf(padTo(cut, columns)) >= columns);
      },
    ),
  );
});

const WIDTHS = { plain: 5, "\u6771\u4eac": 4, "e\u0301": 1, "\u{1f600}!": 3 };
for (const [text, width] of Object.entries(WIDTHS))
  test(`"${text}" takes ${width} columns`, () => {
    assert.equal(widthOf(text), width);
  });

test("nothing that a terminal acts on is printed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.doesNotMatch(printable(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    }),
  );
  assert.equal(printable("a\u001b[31m\nb\u202e"), "a\\u001b[31m\\u000ab\\u202e");
  assert.equal(printable("a\u061c\u2060\u00ad"), "a\\u061c\\u2060\\u00ad");
});

test("of several lines each is printable", () => {
  assert.equal(printableLines("a\u001b[2J\nb\u202e\n"), "a\\u001b[2J\nb\\u202e\n");
});

test("words are wrapped, and a word that is too long has a line of its own", () => {
  assert.equal(wrap("one two three", 8, "  "), "one two\n  three");
  assert.equal(wrap("a incomprehensibilities b", 8), "a\nincomprehensibilities\nb");
});

test("without a terminal lines have 80 columns", () => {
  assert.equal(columnsOf({}), 80);
  assert.equal(columnsOf({ columns: 120 }), 120);
  assert.equal(columnsOf({ columns: 0 }), 80);
  assert.equal(columnsOf({ columns: 10 }), 40);
});
