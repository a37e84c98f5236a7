import assert from "node:assert/strict";
import { test } from "node:test";

import { Command } from "commander";

import { addCommands } from "../../cli/commands.ts";

async function programFor(...argv: readonly string[]): Promise<Command> {
  const program = new Command("mixpanel-gcp");
  await addCommands(program, argv, new AbortController().signal, () => undefined);
  return program;
}

test("the list has a line for every command, of which none is loaded", async () => {
  const program = await programFor("--help");

  for (const command of program.commands) {
    assert.match(program.helpInformation(), new RegExp(`^ {2}${command.name()} {2,}\\S`, "m"));
    assert.equal(command.description(), "");
  }
});

test("a command that an argument names is loaded, and keeps its place and line in the list", async () => {
  const listed = (await programFor()).helpInformation();
  const names = (await programFor()).commands.map((command) => command.name());

  const program = await programFor("help", ...names);

  assert.equal(program.helpInformation(), listed);
  for (const command of program.commands) assert.notEqual(command.description(), "");
});
