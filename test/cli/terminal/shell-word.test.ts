import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";

import { printable } from "../../../cli/terminal/fit.ts";
import { shellWord } from "../../../cli/terminal/shell-word.ts";

const HAS_BASH = spawnSync("bash", ["--version"]).status === 0;

function readBack(shell: string, words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
  return execFileSync(shell, ["-c", script]).toString("utf8").split("\0").slice(0, -1);
}

test("a shell reads words back as they are", () => {
  const words = ["", "a", "it's", "a b", "$HOME", "`x`", "ü*?", "#1", "gs://b/2026-11/", "-x"];
  assert.deepEqual(readBack("/bin/sh", words), words);
});

test(
  "bash reads back what a terminal would act on, and the terminal is not shown it",
  { skip: HAS_BASH ? false : "bash is not installed" },
  () => {
    const words = ["a\nb", "\u001b[31m1'\\", "tab\t7", "left\u200e", "\u202eü\ufeff", "\r0"];
    assert.deepEqual(readBack("bash", words), words);
    for (const word of words) assert.equal(printable(shellWord(word)), shellWord(word));
  },
);
