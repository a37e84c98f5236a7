import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import { startSimulator } from "../local/mixpanel/simulator.ts";
import { createTlsCertificate } from "../local/tls-certificate.ts";

interface SimulatorFlags {
  readonly port: number;
  readonly token?: string;
  readonly tls?: true;
}

/** `simulator --port N`: the Mixpanel simulator alone, until `signal`. */
export function addSimulatorCommand(program: Command, signal: AbortSignal): void {
  program
    .command("simulator")
    .description(
      "Runs a stand-in for Mixpanel's /import, /track, /engage and /groups on this machine until Ctrl-C.",
    )
    .requiredOption("--port <N>", "port to listen on; 0 = any free one", parsePort)
    .option("--token <T>", "the project token it accepts")
    .option("--tls", "serve https, with a certificate made at start")
    .action(async ({ port, token, tls }: SimulatorFlags) => {
      const certificate = tls && (await makeCertificate());
      try {
        const simulator = await startSimulator({
          port,
          ...(token !== undefined && { token }),
          ...(certificate && { tls: certificate }),
        });
        process.stdout.write(`Mixpanel simulator: ${simulator.url}\nToken: ${simulator.token}\n`);
        if (certificate) process.stdout.write(describeTrust(certificate.certFile));
        await aborted(signal);
        await simulator.stop();
      } finally {
        await certificate?.remove();
      }
    });
}

/** The certificate, and the file of it that clients are told of. */
async function makeCertificate() {
  const { key, cert } = createTlsCertificate(Date.now());
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-tls-"));
  const certFile = path.join(folder, "cert.pem");
  await writeFile(certFile, cert);
  return { key, cert, certFile, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** https://nodejs.org/api/cli.html#node_extra_ca_certsfile */
function describeTrust(certFile: string): string {
  return `Certificate: ${certFile}\nA Node client trusts it with NODE_EXTRA_CA_CERTS=${certFile}\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}

function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}
