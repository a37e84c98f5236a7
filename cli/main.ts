import { Command, CommanderError } from "commander";

import { readVersion } from "../functions/platform/version.ts";
import { isRetryable } from "../functions/platform/errors.ts";
import { UserError } from "../functions/platform/user-error.ts";
import { addCommands } from "./commands.ts";
import { describeFailure } from "./google/credentials-remedy.ts";
import { describeDiskError } from "./disk-error.ts";
import { refuseSwallowedOptions } from "./swallowed-options.ts";
import { printableLines } from "./terminal/fit.ts";

/**
 * Exit codes: https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html for 130, Ctrl-C.
 */
const OK = 0;
const FAILED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

endWithReader();
// Of streams and timers: a log that cannot be written any more. Functions end with this process.
process.once("uncaughtException", (error) => {
  process.exit(report(error));
});
process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  const interruption = interruptible();
  let exitCode: number = OK;
  // exitOverride comes first: commands inherit it when they are added.
  const program = new Command("mixpanel-gcp")
    .description("Gets events from Cloud Storage and Pub/Sub into Mixpanel.")
    .version(readVersion().version)
    .configureOutput({ writeErr: tell })
    .exitOverride();
  try {
    await addCommands(program, argv, interruption, (code) => {
      exitCode = code;
    });
    // Before parsing: the value of an option that npm took would be one argument too many.
    const command = program.commands.find((one) => one.name() === argv[2]);
    if (command !== undefined) refuseSwallowedOptions(command, process.env);
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (interruption.aborted) return INTERRUPTED;
    return report(error);
  }
}

/** `| head` reads as much as it wants: that is no failure, and nobody to tell about it. */
function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
}

/** Tells what went wrong; only a bug shows its stack trace. */
function report(error: unknown): number {
  // commander has printed its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : WRONG_USAGE;
  if (error instanceof UserError) {
    tell(`${error.message}\n`);
    return error.exitCode;
  }
  // A service that is away is no bug; the command can be run again.
  if (isRetryable(error)) {
    tell(`${describeFailure(error)}\n`);
    return FAILED;
  }
  const diskProblem = describeDiskError(error);
  if (diskProblem !== undefined) {
    tell(`${diskProblem}\n`);
    return FAILED;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(`This is a bug in mixpanel-gcp:\n${text}\n`);
  return FAILED;
}

/** Names of objects and what services say are in it: they must not rule the terminal. */
function tell(text: string): void {
  process.stderr.write(printableLines(text));
}

/** Aborted by Ctrl-C, SIGTERM or a closed terminal; the second time, the process ends at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort();
    });
  return controller.signal;
}
