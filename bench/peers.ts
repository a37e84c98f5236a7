import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { Certificate } from "./certificate.ts";
import { measureCommand } from "./command-usage.ts";
import type { RecordFile, RecordFileOptions } from "./objects/record-file.ts";
import { startSimulatorProcess } from "./simulator-process.ts";

/** Another program that imports the same file. */
export interface Peer {
  readonly name: string;
  /** Of the file. */
  readonly contents: RecordFileOptions["contents"];
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
  readonly contents: Peer["contents"];
  readonly recordsArrived: number;
  readonly shareToReach: number;
}

const REDIRECT = fileURLToPath(new URL("redirect-mixpanel.cjs", import.meta.url));

/**
 * https://www.npmjs.com/package/mixpanel-import; its requests to Mixpanel are sent to the
 * simulator.
 */
export const MIXPANEL_IMPORT: Peer = {
  name: "mixpanel-import",
  contents: "events",
  command: mixpanelImport('--secret "$MIXPANEL_TOKEN" --type event --strict'),
  environment: { NODE_OPTIONS: `--require ${REDIRECT}` },
  shareToReach: 1 / 30,
};

/** The same of users; without `--fix-data` it leaves out the token. */
export const MIXPANEL_IMPORT_OF_USERS: Peer = {
  ...MIXPANEL_IMPORT,
  name: "mixpanel-import of users",
  contents: "updates",
  command: mixpanelImport("--type user --fix-data"),
  shareToReach: 1 / 15,
};

function mixpanelImport(options: string): string {
  return `cd "$FOLDER" && npx --yes mixpanel-import@3.1.43 "$FILE" --token "$MIXPANEL_TOKEN" ${options} --format jsonl --logs false`;
}

/**
 * Any command that imports $FILE, such as the function of Mixpanel's guide with its URL taken from
 * the environment.
 */
export function pythonPeer(command: string): Peer {
  const name = "the Python command";
  return { name, contents: "events", command, environment: {}, shareToReach: 1 / 5 };
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
    const { distinctEvents, profiles } = await simulator.figures();
    const { name, contents, shareToReach } = peer;
    const recordsArrived = contents === "events" ? distinctEvents : profiles.updatesApplied;
    return { name, contents, ...usage, recordsArrived, shareToReach };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 2000) : String(error);
    process.stderr.write(`${peer.name} could not be measured: ${reason}\n`);
    return undefined;
  } finally {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
