import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";

import { createScreen } from "../../../cli/local/screen.ts";

function setUp(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY });
  let written = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    written += text;
  });
  return {
    screen: createScreen(stream),
    written: () => written,
  };
}

test("on a terminal the held line stays the last one, until it is cleared", () => {
  const { screen, written } = setUp(true);
  screen.say("before");
  screen.hold("the page");
  screen.say("one");
  screen.say("two");
  screen.clear();
  screen.say("after");

  const shown = written()
    .split("\n")
    .map((line) => line.split("\u001b[K").at(-1));
  assert.deepEqual(shown, ["before", "one", "two", "after", ""]);
  assert.match(written(), /two\nthe page\r\u001b\[Kafter\n$/);
});

test("in a pipe it is said once", () => {
  const { screen, written } = setUp(false);
  screen.hold("the page");
  screen.say("one");
  screen.clear();

  assert.equal(written(), "the page\none\n");
});
