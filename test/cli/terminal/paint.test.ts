import assert from "node:assert/strict";
import { test } from "node:test";

import { createPaint } from "../../../cli/terminal/paint.ts";

interface Case {
  readonly what: string;
  readonly isTTY: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly isColoured: boolean;
}

const CASES: readonly Case[] = [
  { what: "a terminal", isTTY: true, environment: { TERM: "xterm" }, isColoured: true },
  { what: "a pipe", isTTY: false, environment: { TERM: "xterm" }, isColoured: false },
  { what: "a dumb terminal", isTTY: true, environment: { TERM: "dumb" }, isColoured: false },
  { what: "NO_COLOR", isTTY: true, environment: { NO_COLOR: "1" }, isColoured: false },
  { what: "an empty NO_COLOR", isTTY: true, environment: { NO_COLOR: "" }, isColoured: true },
  { what: "FORCE_COLOR", isTTY: false, environment: { FORCE_COLOR: "1" }, isColoured: true },
  { what: "FORCE_COLOR=0", isTTY: true, environment: { FORCE_COLOR: "0" }, isColoured: false },
  { what: "CLICOLOR=0", isTTY: true, environment: { CLICOLOR: "0" }, isColoured: false },
  { what: "CLICOLOR=1", isTTY: false, environment: { CLICOLOR: "1" }, isColoured: false },
  { what: "CLICOLOR_FORCE", isTTY: false, environment: { CLICOLOR_FORCE: "1" }, isColoured: true },
  {
    what: "CLICOLOR_FORCE=0",
    isTTY: false,
    environment: { CLICOLOR_FORCE: "0" },
    isColoured: false,
  },
  {
    what: "both",
    isTTY: true,
    environment: { FORCE_COLOR: "1", NO_COLOR: "1" },
    isColoured: false,
  },
];

for (const { what, isTTY, environment, isColoured } of CASES)
  test(`${what}: ${isColoured ? "colours" : "no colours"}`, () => {
    const painted = createPaint({ isTTY }, environment)("bad", "text");
    assert.equal(painted, isColoured ? "\u001b[31mtext\u001b[39m" : "text");
  });
