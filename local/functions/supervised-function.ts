import { setTimeout as delay } from "node:timers/promises";

import type { Exit, FunctionOptions, FunctionProcess } from "./function-process.ts";
import { describeExit, startFunction } from "./function-process.ts";
import type { ProcessUsage } from "./process-usage.ts";

export interface SupervisedOptions extends FunctionOptions {
  /**
   * More crashes than this within a minute are a crash loop: it is not started again.
   *
   * @default 10
   */
  readonly maxCrashesPerMinute?: number;
  /**
   * More environment, read anew for every instance. While it throws none can start, and it is read
   * again and again. @default none
   */
  readonly secrets?: () => Readonly<Record<string, string>>;
  /**
   * Called when the function ended by itself or cannot start, with the reason and the end of what
   * it printed on stderr.
   */
  readonly onCrash?: (reason: string, stderr: string) => void;
}

/** A function that is started again when it crashes, at the same address. */
export interface SupervisedFunction {
  readonly url: string;
  /** The process that serves at the moment, or the last one that did. */
  current(): FunctionProcess;
  /** Times it was started again. */
  restarts(): number;
  usage(): ProcessUsage | undefined;
  /** Crashes it; it comes back by itself. */
  kill(): void;
  /** Resolves with the reason when it crashed so often that it is not started again. */
  readonly gaveUp: Promise<string>;
  /** As of `FunctionProcess`. */
  stop(graceMs?: number): Promise<void>;
}

const MAX_CRASHES_PER_MINUTE = 10;
const CRASH_WINDOW_MS = 60_000;
const READ_AGAIN_MS = 100;

/**
 * Keeps a function running as the platform does: an instance that ends is replaced, and what it was
 * working on is delivered again.
 *
 * @throws UserError when the first start fails, and what reading the secrets throws then
 */
export async function superviseFunction(options: SupervisedOptions): Promise<SupervisedFunction> {
  const { onCrash = () => undefined, maxCrashesPerMinute = MAX_CRASHES_PER_MINUTE } = options;
  let giveUp: (reason: string) => void = () => undefined;
  const gaveUp = new Promise<string>((resolve) => {
    giveUp = resolve;
  });
  const crashTimes: number[] = [];
  let stopping = false;
  let restarts = 0;
  const start = (port?: number): Promise<FunctionProcess> => {
    const environment = { ...options.secrets?.(), ...options.environment };
    return startFunction({ ...options, environment, ...(port !== undefined && { port }) });
  };
  let current = await start();
  let restarting: Promise<void> = Promise.resolve();
  const { url, port } = current;

  const watch = (): void => {
    void current.exited.then((exit) => {
      if (!stopping) restarting = replace(exit);
    });
  };

  const replace = async (exit: Exit): Promise<void> => {
    const reason = `${options.entryPoint} ended with ${describeExit(exit)}`;
    onCrash(reason, current.stderr());
    crashTimes.push(performance.now());
    const recent = crashTimes.filter((time) => time > performance.now() - CRASH_WINDOW_MS);
    if (recent.length > maxCrashesPerMinute) {
      giveUp(reason);
      return;
    }
    try {
      await secretsReadable();
      if (stopping) return;
      current = await start(port);
      restarts += 1;
      watch();
    } catch (error) {
      giveUp(error instanceof Error ? error.message : String(error));
    }
  };

  /** As the platform does, which tries to start an instance with each request that comes. */
  const secretsReadable = async (): Promise<void> => {
    let told = "";
    while (!stopping) {
      const problem = problemOf(() => {
        options.secrets?.();
      });
      if (problem === undefined) return;
      if (problem !== told) onCrash(`${options.entryPoint} cannot start: ${problem}`, "");
      told = problem;
      await delay(READ_AGAIN_MS);
    }
  };

  watch();
  return {
    url,
    current: () => current,
    restarts: () => restarts,
    usage: () => current.usage(),
    kill: () => {
      current.kill();
    },
    gaveUp,
    stop: async (graceMs) => {
      stopping = true;
      // A process that is just being started would be left behind.
      await restarting;
      await current.stop(graceMs);
    },
  };
}

/** What it throws, in words; undefined when it does not. */
function problemOf(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
