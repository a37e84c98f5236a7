import type { Command } from "commander";

/** Adds a command to the program. `setExitCode` is told when the command is not in order. */
type AddCommand = (
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
) => void;

interface ListedCommand {
  /** Its line in the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<AddCommand>;
}

/** All commands, in the order of the list. */
const COMMANDS: Readonly<Record<string, ListedCommand>> = {
  local: {
    summary: "run the whole pipeline on this machine",
    load: async () => (await import("./local-command.ts")).addLocalCommand,
  },
  simulator: {
    summary: "run the Mixpanel simulator alone",
    load: async () => (await import("./simulator-command.ts")).addSimulatorCommand,
  },
  check: {
    summary: "show what the transform makes of files, and what would be refused",
    load: async () => (await import("./check-command.ts")).addCheckCommand,
  },
  doctor: {
    summary: "check what pulumi up needs, and what it made, with a remedy for each fault",
    load: async () => (await import("./doctor-command.ts")).addDoctorCommand,
  },
  backfill: {
    summary: "import objects that were there before, or once more",
    load: async () => (await import("./backfill-command.ts")).addBackfillCommand,
  },
  status: {
    summary: "what became of objects, and what waits",
    load: async () => (await import("./status-command.ts")).addStatusCommand,
  },
  replay: {
    summary: "send dead letters back where they came from, repaired or not",
    load: async () => (await import("./replay-command.ts")).addReplayCommand,
  },
  console: {
    summary: "a page to look at a stack, and to replay and import again",
    load: async () => (await import("./console-command.ts")).addConsoleCommand,
  },
};

/**
 * Adds all commands: whole if an argument names it, else only so that the list of commands has it.
 * Loading what all of them need takes four times as long as the list does.
 */
export async function addCommands(
  program: Command,
  argv: readonly string[],
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): Promise<void> {
  // A command that is not loaded has no arguments to show in the list.
  program.configureHelp({ subcommandTerm: (command) => command.name() });
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    if (!argv.includes(name)) {
      program.command(name).summary(summary);
      continue;
    }
    const add = await load();
    add(program, signal, setExitCode);
    program.commands.find((command) => command.name() === name)?.summary(summary);
  }
}
