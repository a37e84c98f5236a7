import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { Certificate } from "./certificate.ts";
import { measureCommand } from "./command-usage.ts";
import type { RecordFile } from "./objects/record-file.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

/** Another program that imports the same file. */
export interface Peer {
  readonly name: string;
  /**
   * A command of the shell. FILE, FOLDER (empty), MIXPANEL_URL and MIXPANEL_TOKEN are in its
   * environment.
   */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The share of its CPU time that importObject may take. */
  readonly shareToReach: number;
}

export interface PeerResult {
  readonly name: string;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly eventsArrived: number;
  readonly shareToReach: number;
}

const REDIRECT = fileURLToPath(new URL("redirect-mixpanel.cjs", import.meta.url));

/**
 * https://www.npmjs.com/package/mixpanel-import; its requests to Mixpanel are sent to the
 * simulator.
 */
export const MIXPANEL_IMPORT: Peer = {
  name: "mixpanel-import",
  command:
    'cd "$FOLDER" && npx --yes mixpanel-import@3.1.43 "$FILE" --token "$MIXPANEL_TOKEN" --secret "$MIXPANEL_TOKEN" --type event --format jsonl --strict --logs false',
  environment: { NODE_OPTIONS: `--require ${REDIRECT}` },
  shareToReach: 1 / 30,
};

/**
 * Any command that imports $FILE, such as the function of Mixpanel's guide with its URL taken from
 * the environment.
 */
export function pythonPeer(command: string): Peer {
  return { name: "the Python command", command, environment: {}, shareToReach: 1 / 5 };
}

/**
 * Runs a peer against a simulator of its own. Undefined, with the reason on stderr, when it cannot
 * be run.
 */
export async function measurePeer(
  peer: Peer,
  file: RecordFile,
  certificate: Certificate,
): Promise<PeerResult | undefined> {
  const tls = ["--tls-key", certificate.keyFile, "--tls-cert", certificate.certFile];
  const simulator = await startSimulatorProcess(...tls);
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-bench-"));
  try {
    const usage = await measureCommand(peer.command, {
      ...peer.environment,
      FILE: file.path,
      FOLDER: folder,
      MIXPANEL_URL: simulator.url,
      MIXPANEL_TOKEN: simulator.token,
      // What Python's requests and ssl trust. Node's is left alone: npx may need its own to reach
      // the registry.
      REQUESTS_CA_BUNDLE: certificate.certFile,
      SSL_CERT_FILE: certificate.certFile,
    });
    const { distinctEvents } = await simulator.figures();
    const { name, shareToReach } = peer;
    return { name, ...usage, eventsArrived: distinctEvents, shareToReach };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 2000) : String(error);
    process.stderr.write(`${peer.name} could not be measured: ${reason}\n`);
    return undefined;
  } finally {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
