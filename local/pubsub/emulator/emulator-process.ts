import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "../../../functions/platform/user-error.ts";

/** Google's Pub/Sub emulator in a process of its own. */
export interface EmulatorProcess {
  /** `127.0.0.1:PORT`: REST and gRPC. */
  readonly host: string;
  /** Resolves with what happened when it ends without having been stopped. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;
const STOP_WITHIN_MS = 5000;
const MAX_OUTPUT_CHARACTERS = 2000;

/**
 * The emulator lives as long as a run: compiling it well, and collecting its garbage by many
 * threads, is work that it does not live to profit by. It is up in two thirds of the time without.
 * https://docs.oracle.com/en/java/javase/17/docs/specs/man/java.html
 */
const JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/**
 * The launcher replaces itself by java, which takes no notice when its parent is gone. This shell
 * does: its standard input ends with the parent, however that ends, and then the emulator is ended
 * too.
 */
const WATCHED = `
"$0" "$@" </dev/null & emulator=$!
exec 3<&0
{ cat <&3 >/dev/null; kill $emulator 2>/dev/null; } &
wait $emulator`;

/**
 * Starts the emulator on a free port of 127.0.0.1, and waits until it responds. It ends with this
 * process.
 *
 * @throws UserError with what it printed when it does not start
 */
export async function startEmulator(launcher: string): Promise<EmulatorProcess> {
  const port = await freePort();
  // A group of its own: Ctrl-C goes to this process, which needs the emulator until the functions
  // have stopped.
  const child = spawn("sh", ["-c", WATCHED, launcher, "--host=127.0.0.1", `--port=${port}`], {
    env: { ...process.env, JAVA_TOOL_OPTIONS: javaOptions(process.env["JAVA_TOOL_OPTIONS"]) },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const output = collectOutput(child);
  const exited = once(child, "exit");
  let isStopping = false;
  const stop = async (): Promise<void> => {
    isStopping = true;
    child.stdin.end();
    const insist = setTimeout(() => {
      killGroup(child);
    }, STOP_WITHIN_MS);
    await exited;
    clearTimeout(insist);
  };
  const died = exited.then(() =>
    isStopping ? new Promise<string>(() => undefined) : `Google's emulator ended. ${output()}`,
  );
  const host = `127.0.0.1:${port}`;
  const problem = await Promise.race([untilReady(`http://${host}/`), died]);
  if (problem === undefined) return { host, died, stop };
  await stop();
  throw new UserError(`Google's Pub/Sub emulator did not start: ${problem}`);
}

/** The person's own come last, and count. */
function javaOptions(own = ""): string {
  return `${JAVA_OPTIONS} ${own}`.trim();
}

function collectOutput(child: ChildProcess): () => string {
  let tail = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-MAX_OUTPUT_CHARACTERS);
    });
  return () => tail.trim();
}

/** undefined as soon as it responds, or what went wrong. */
async function untilReady(url: string): Promise<string | undefined> {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return undefined;
    await delay(POLL_MS);
  }
  return `it did not respond within ${READY_WITHIN_MS / 1000} s.`;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
