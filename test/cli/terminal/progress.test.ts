import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import type { TestContext } from "node:test";
import { test } from "node:test";

import type { ShownProgress } from "../../../cli/terminal/progress.ts";
import { showProgress } from "../../../cli/terminal/progress.ts";

function setUp(t: TestContext, isTTY: boolean) {
  t.mock.timers.enable({ apis: ["setInterval", "setTimeout", "Date"] });
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  let printed = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const states = new Map<string, ShownProgress>();
  const set = (name: string, bytes: number, isFinished = false): void => {
    states.set(name, { name, totalBytes: 4_000_000, bytes, isFinished, seconds: 2 });
  };
  return { stream, set, look: () => [...states.values()], printed: () => printed };
}

test("on a terminal each file has a bar with its share, rate and time left", (t) => {
  const { stream, set, look, printed } = setUp(t, true);
  set("a.ndjson", 0);
  set("b.ndjson", 0);

  const display = showProgress(stream, look);
  set("a.ndjson", 1_000_000);
  for (let tenths = 0; tenths < 5; tenths += 1) t.mock.timers.tick(100);
  set("a.ndjson", 4_000_000, true);
  display.stop();

  assert.match(printed(), /a\.ndjson \S+ 25% {2}0\.5 MB\/s {2}6 s left/);
  assert.match(printed(), /a\.ndjson \S+ 100% {2}2\.0 MB\/s {2}done/);
  assert.match(printed(), /b\.ndjson \S+ 0%/);
});

test("elsewhere a file that takes long has a plain line now and then", (t) => {
  const { stream, set, look, printed } = setUp(t, false);
  set("short", 4_000_000, true);
  set("waiting", 0);
  set("long", 0);

  const display = showProgress(stream, look);
  t.mock.timers.tick(4000);
  set("long", 1_000_000);
  t.mock.timers.tick(1000);
  display.stop();
  t.mock.timers.tick(60_000);

  assert.equal(printed(), "long: 25%, 0.5 MB/s, 6 s left\n");
});
