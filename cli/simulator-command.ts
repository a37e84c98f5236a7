import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import { startSimulator } from "../local/mixpanel/simulator.ts";

interface SimulatorFlags {
  readonly port: number;
  readonly token?: string;
}

/** `simulator --port N`: the Mixpanel simulator alone, until `signal`. */
export function addSimulatorCommand(program: Command, signal: AbortSignal): void {
  program
    .command("simulator")
    .summary("run the Mixpanel simulator alone")
    .description("Runs a stand-in for Mixpanel's /import on this machine until Ctrl-C.")
    .requiredOption("--port <N>", "port to listen on; 0 = any free one", parsePort)
    .option("--token <T>", "the project token it accepts")
    .action(async ({ port, token }: SimulatorFlags) => {
      const simulator = await startSimulator({ port, ...(token !== undefined && { token }) });
      process.stdout.write(`Mixpanel simulator: ${simulator.url}\nToken: ${simulator.token}\n`);
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
      await simulator.stop();
    });
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}
