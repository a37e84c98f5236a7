import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import { startConsole } from "./console/console-server.ts";
import { connect } from "./stack/connect.ts";
import { addStackOptions, type StackFlags } from "./stack/stack-options.ts";

interface ConsoleFlags extends StackFlags {
  readonly port: number;
}

const HELP = `
Examples:
  npx --no mixpanel-gcp console
  npx --no mixpanel-gcp console --stack production --port 8091
  npx --no mixpanel-gcp console --local

It listens on 127.0.0.1 alone and acts with your own credentials. Whoever has
its address may do so too: keep it to yourself. Ctrl-C ends it.

Exit code: 0 = ended with Ctrl-C, 1 = it failed, 2 = wrong usage.`;

/** `console`: the page of a stack, until `signal`. */
export function addConsoleCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command("console")
    .description(
      "Serves a page on this machine that shows a stack's files, what waits, and its dead letters by reason, and replays and imports again on a click.",
    )
    .option("--port <N>", "port to listen on; 0 = any free one", parsePort, 0);
  addStackOptions(command)
    .addHelpText("after", HELP)
    .action(async (flags: ConsoleFlags) => {
      const connection = await connect(flags, signal);
      const server = await startConsole(connection, flags.port);
      process.stdout.write(`See it in a browser: ${server.address}\n(Ctrl-C ends it)\n`);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
      await server.stop();
    });
}

/** @throws InvalidArgumentError */
function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}
