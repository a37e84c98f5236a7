import assert from "node:assert/strict";
import { test } from "node:test";

import { Command } from "commander";

import { addBackfillCommand } from "../../cli/backfill-command.ts";
import { addCheckCommand } from "../../cli/check-command.ts";
import { addConsoleCommand } from "../../cli/console-command.ts";
import { addDoctorCommand } from "../../cli/doctor-command.ts";
import { addReplayCommand } from "../../cli/replay-command.ts";
import { addStatusCommand } from "../../cli/status-command.ts";
import { widthOf } from "../../cli/terminal/fit.ts";

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (written) => {
      text += written;
    },
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text;
}

test("help fits 80 columns, and has examples that can be typed and the exit codes", () => {
  const program = new Command("mixpanel-gcp");
  const { signal } = new AbortController();
  const setExitCode = (): void => undefined;
  addStatusCommand(program, signal, setExitCode);
  addBackfillCommand(program, signal, setExitCode);
  addDoctorCommand(program, signal, setExitCode);
  addConsoleCommand(program, signal);
  addCheckCommand(program, signal, setExitCode);
  addReplayCommand(program, signal, setExitCode);
  for (const command of program.commands) {
    const name = command.name();
    const help = helpOf(command);
    const lines = help.split("\n");
    assert.deepEqual(
      lines.filter((line) => widthOf(line) > 80),
      [],
      name,
    );
    // A line break within a sentence that was wrapped before leaves a few words alone.
    assert.ok(!command.description().includes("\n"), name);
    assert.match(help, /^Exit code: 0 = /m, name);
    if (name === "check") continue;
    const [, examples = ""] = /^Examples:\n((?: {2}.+\n)+)/m.exec(help) ?? [];
    const typed = examples.trimEnd().split("\n");
    assert.ok(typed.length >= 3, name);
    for (const line of typed) assert.ok(line.startsWith(`  npx --no mixpanel-gcp ${name}`), line);
  }
});
