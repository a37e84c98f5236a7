import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";

import { describeCount, formatDuration, showCounter } from "../../../cli/terminal/counter.ts";

const COUNTS = [
  [{ done: 0, total: 100 }, 0, "0 of 100 letters"],
  [{ done: 12_345, total: 100_000 }, 10, "12,345 of 100,000 letters, 1,235/s, 72 s left"],
  [{ done: 3, total: undefined }, 2, "3 letters, 1.5/s"],
  [{ done: 1, total: 3, note: "waits for a" }, 1, "1 of 3 letters, 1.0/s, 2 s left, waits for a"],
  [{ done: 100, total: 100 }, 10, "100 of 100 letters, 10/s"],
  [{ done: 110, total: 100 }, 10, "110 of 100 letters, 11/s"],
] as const;

for (const [counted, seconds, text] of COUNTS)
  test(`a count is told as: ${text}`, () => {
    assert.equal(describeCount(counted, "letters", seconds), text);
  });

const DURATIONS = [
  [0.2, "1 s"],
  [119, "119 s"],
  [120, "2 min"],
  [7199, "2 h"],
  [7260, "2 h 1 min"],
  [172_800, "2 d"],
  [180_000, "2 d 2 h"],
] as const;

for (const [seconds, text] of DURATIONS)
  test(`${seconds} s are ${text}`, () => {
    assert.equal(formatDuration(seconds), text);
  });

for (const total of [undefined, 0, 5, 2])
  test(`on a terminal a bar of ${total ?? "nobody knows how many"} ends with its text`, () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80, cursorTo: noop });
    const terminal = Object.assign(stream, { clearLine: noop, moveCursor: noop });
    let now = 0;
    const look = (): { done: number; total: number | undefined } => ({ done: 5, total });
    const display = showCounter(terminal, { things: "letters", look, now: () => now });
    now = 1000;
    display.stop();
    const shown = String(stream.read());
    assert.match(shown, total === undefined ? /5 letters, 5.0\/s/ : /5 of \d letters, 5.0\/s/);
    assert.doesNotMatch(shown, /NaN|Infinity|undefined/);
  });

function noop(): boolean {
  return true;
}
