import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What the bench asks of the simulator's figures. */
export interface SimulatorFigures {
  readonly requests: number;
  readonly wireBytes: number;
  readonly bytes: number;
  readonly eventsStored: number;
  readonly eventsRejected: number;
  readonly distinctEvents: number;
  readonly distinctIsExact: boolean;
  readonly profiles: { readonly updatesApplied: number };
}

/** The simulator in a process of its own, so that its CPU is not the function's. */
export interface SimulatorProcess {
  readonly url: string;
  readonly token: string;
  figures(): Promise<SimulatorFigures>;
  /** Forgets what it has counted. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL("../local/mixpanel/main.ts", import.meta.url));

/** @param options further options of local/mixpanel/main.ts, e.g. `--latency`, `300` */
export async function startSimulatorProcess(
  ...options: readonly string[]
): Promise<SimulatorProcess> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", MAIN, "--rate-limit", "off", "--keep-events", "0", ...options],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const lines = createInterface(child.stdout);
  const exited = once(child, "exit");
  const line: unknown = await Promise.race([once(lines, "line"), exited]).then(
    ([first]) => first as unknown,
  );
  if (typeof line !== "string") throw new Error("The simulator did not start.");
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  return {
    url,
    token,
    figures: async () => {
      const response = await fetch(`${url}/local/stats`);
      return (await response.json()) as SimulatorFigures;
    },
    clear: async () => {
      await fetch(`${url}/local/clear`, { method: "POST" });
    },
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
