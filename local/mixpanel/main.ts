import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { UserError } from "../../functions/platform/user-error.ts";
import { type SimulatorOptions, startSimulator } from "./simulator.ts";

/**
 * The simulator as a process of its own, for load tests: `node --import tsx local/mixpanel/main.ts
 * [--port N] [--token T] [--tls-key FILE --tls-cert FILE] [--latency MS] [--rate-limit off]
 * [--keep-events N]`. Prints one line of JSON, `{url, token}`, when it listens, and ends on SIGTERM
 * or SIGINT.
 */
async function main(): Promise<void> {
  const simulator = await startSimulator(await readOptions());
  const stop = (): void => {
    void simulator.stop();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.stdout.write(`${JSON.stringify({ url: simulator.url, token: simulator.token })}\n`);
}

async function readOptions(): Promise<SimulatorOptions> {
  const { values } = parseArguments();
  return {
    port: wholeNumber("port", values.port),
    latencyMs: wholeNumber("latency", values.latency),
    ...(values.token === undefined ? {} : { token: values.token }),
    ...(values["rate-limit"] === "off" ? { rateLimit: "off" } : {}),
    ...(values["keep-events"] === undefined
      ? {}
      : { keepEvents: wholeNumber("keep-events", values["keep-events"]) }),
    ...(await readTls(values["tls-key"], values["tls-cert"])),
  };
}

function parseArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "0" },
        token: { type: "string" },
        "tls-key": { type: "string" },
        "tls-cert": { type: "string" },
        latency: { type: "string", default: "0" },
        "rate-limit": { type: "string", default: "on" },
        "keep-events": { type: "string" },
      },
    });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), 2);
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError(`--${name} must be a whole number, got "${text}".`, 2);
}

async function readTls(keyFile: string | undefined, certFile: string | undefined) {
  if (keyFile === undefined && certFile === undefined) return {};
  if (keyFile === undefined || certFile === undefined)
    throw new UserError("Give both --tls-key and --tls-cert.", 2);
  const [key, cert] = await Promise.all([readFile(keyFile, "utf8"), readFile(certFile, "utf8")]);
  return { tls: { key, cert } };
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
});
