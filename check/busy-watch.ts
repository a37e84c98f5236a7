import path from "node:path";
import { Worker } from "node:worker_threads";

import { foreignFiles, type LocateOptions } from "./locate-errors.ts";

/** An object's name has at most 1,024 (https://cloud.google.com/storage/docs/objects#naming). */
const TEXT_BYTES = 4096;
const TEXT_START = 16;
/** Far longer than a thread takes to start: without it, a place is missing in a message. */
const START_MS = 5000;

/** A thread that sees how long the main thread is busy with the same, and where it is. */
export interface BusyWatch {
  /** Something begins that may not end. */
  enter(): void;
  /** It has ended. */
  leave(): void;
  /**
   * Where the user's code was when half of the limit was over, as `/a/transform.ts:12`; "" before,
   * and when it could not be found.
   */
  place(): string;
}

/**
 * Starts the watch.
 *
 * @param limitMs how long the main thread may be busy with the same
 */
export function startBusyWatch(options: LocateOptions, limitMs: number): BusyWatch {
  const { state, text } = startWorker(options, limitMs);
  return {
    enter: () => {
      waitUntilStarted(state);
      state[2] = 0;
      state[0] = next(state[0]);
    },
    leave: () => {
      state[0] = ((state[0] ?? 0) | 1) + 1;
    },
    place: () => text.toString("utf8", 0, state[2]),
  };
}

/** One line of the log tells of work that does not end. */
export interface LoggedWatch {
  /** @param name what the line calls it, and its name: `["object", "a.ndjson"]` */
  enter(name: readonly [string, string], line: number): void;
  leave(): void;
}

/** Stands for the place, which is not known yet, in the line that will be logged. */
export const PLACE = "{place}";

/**
 * The same, for a process whose log is its standard output: `log` is written there as a line of
 * JSON, with the place where its `error` has `PLACE`, and the name and line of what is in work.
 */
export function startLoggedWatch(
  options: LocateOptions,
  limitMs: number,
  log: { readonly severity: string; readonly message: string; readonly error: string },
): LoggedWatch {
  const { state, text } = startWorker(options, limitMs, log);
  let named = "";
  return {
    enter: ([kind, name], line) => {
      waitUntilStarted(state);
      if (name !== named) state[2] = text.write(`${kind}\n${name}`);
      named = name;
      state[1] = line;
      state[0] = next(state[0]);
    },
    leave: () => {
      state[0] = ((state[0] ?? 0) | 1) + 1;
    },
  };
}

/** On a busy machine the limit would be over before the thread looks for the first time. */
function waitUntilStarted(state: Int32Array<SharedArrayBuffer>): void {
  if (state[3] === 0) Atomics.wait(state, 3, 0, START_MS);
  state[3] = 1;
}

/** Odd, and another number each time, also when what was before never left. */
function next(number = 0): number {
  return (number + 1) | 1;
}

function startWorker(
  { file, repository }: LocateOptions,
  limitMs: number,
  log?: Readonly<Record<string, string>>,
) {
  const memory = new SharedArrayBuffer(TEXT_START + TEXT_BYTES);
  const work = { memory, textStart: TEXT_START, limitMs, file };
  const worker = new Worker(path.join(repository, "check", "busy-watch-worker.cjs"), {
    workerData: { ...work, foreign: foreignFiles(repository).source, log, PLACE },
    // Loaders that this process was started with are slow, and not needed.
    execArgv: [],
  });
  worker.unref();
  // Without it, a place is missing in a message.
  worker.on("error", () => undefined);
  return { state: new Int32Array(memory, 0, 4), text: Buffer.from(memory, TEXT_START) };
}
