import type { MultiBar } from "cli-progress";
import cliProgress from "cli-progress";

import type { FileProgress } from "./file-progress.ts";

export interface ProgressDisplay {
  /** Leaves the last state on the screen. */
  stop(): void;
}

/** Where progress is shown; standard error, so that standard output stays free for the result. */
export type ProgressStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

const BAR_EVERY_MS = 100;
/** Without a terminal every state is a line that stays: a log file needs few. */
const LINE_EVERY_MS = 5000;

/** Shows how far each file is: bars on a terminal, otherwise a line now and then. `look` tells the state. */
export function showProgress(
  stream: ProgressStream,
  look: () => readonly FileProgress[],
): ProgressDisplay {
  const canMoveCursor = stream.isTTY === true && process.env["TERM"] !== "dumb";
  return canMoveCursor ? showBars(stream, look) : showLines(stream, look);
}

function showBars(stream: ProgressStream, look: () => readonly FileProgress[]): ProgressDisplay {
  const bars = new cliProgress.MultiBar({
    stream,
    format: "{name} {bar} {percentage}%  {rate}  {left}",
    hideCursor: true,
    barsize: 30,
    // The library's own handler of Ctrl-C would end the process before anything is stopped.
    gracefulExit: false,
    emptyOnZero: true,
  });
  const width = Math.max(...look().map(({ file }) => file.name.length), 0);
  const shown = look().map(({ file }) => addBar(bars, file.name.padEnd(width), file.bytes));
  const update = (): void => {
    for (const [index, progress] of look().entries()) {
      shown[index]?.update(progress.bytes, {
        rate: rateOf(progress),
        left: progress.isFinished ? "done" : timeLeft(progress),
      });
    }
  };
  const timer = setInterval(update, BAR_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      update();
      bars.stop();
    },
  };
}

function addBar(bars: MultiBar, name: string, total: number) {
  return bars.create(total, 0, { name, rate: "0.0 MB/s", left: "" });
}

function showLines(stream: ProgressStream, look: () => readonly FileProgress[]): ProgressDisplay {
  const timer = setInterval(() => {
    for (const progress of look()) {
      const { file, bytes, isFinished } = progress;
      if (isFinished || bytes === 0) continue;
      const percent = Math.floor((100 * bytes) / Math.max(file.bytes, 1));
      stream.write(`${file.name}: ${percent}%, ${rateOf(progress)}, ${timeLeft(progress)}\n`);
    }
  }, LINE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** `3.4 MB/s`, of stored bytes. */
function rateOf({ bytes, seconds }: FileProgress): string {
  return `${(bytes / 1e6 / Math.max(seconds, 0.001)).toFixed(1)} MB/s`;
}

/** `12 s left`; "" while nothing is known. */
function timeLeft({ bytes, file, seconds }: FileProgress): string {
  if (bytes === 0) return "";
  return `${Math.ceil((seconds * (file.bytes - bytes)) / bytes)} s left`;
}
