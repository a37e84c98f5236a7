import type { Command } from "commander";

/** Which stack a command is about. */
export interface StackFlags {
  readonly local?: true;
  readonly stack?: string;
  readonly outputs?: string;
  readonly set?: readonly string[];
}

/** Adds the options that name a stack; every command of the operator has the same. */
export function addStackOptions(command: Command): Command {
  return command
    .option("--stack <NAME>", "the Pulumi stack; default: the selected one")
    .option("--outputs <FILE>", "a stack by what `pulumi stack output --json` printed")
    .option("--set <NAME=VALUE>", "an output of the stack, by hand (repeatable)", collect)
    .option("--local", "the local cloud that `npm run local -- --keep` runs");
}

function collect(setting: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, setting];
}
