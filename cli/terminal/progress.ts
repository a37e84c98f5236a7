import type { MultiBar } from "cli-progress";
import cliProgress from "cli-progress";

/** How far a file is. */
export interface ShownProgress {
  readonly name: string;
  readonly totalBytes: number;
  /** Of these. */
  readonly bytes: number;
  readonly isFinished: boolean;
  /** Since it began; 0 before. */
  readonly seconds: number;
}

export interface ProgressDisplay {
  /** Leaves the last state on the screen. */
  stop(): void;
}

/** Standard output or standard error. */
export type TerminalStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

const BAR_EVERY_MS = 100;
/** Without a terminal every state is a line that stays: a log file needs few. */
const LINE_EVERY_MS = 5000;

/**
 * Shows how far each file is: bars on a terminal, otherwise a line now and then. `look` tells the
 * state.
 */
export function showProgress(
  stream: TerminalStream,
  look: () => readonly ShownProgress[],
): ProgressDisplay {
  const canMoveCursor = stream.isTTY === true && process.env["TERM"] !== "dumb";
  return canMoveCursor ? showBars(stream, look) : showLines(stream, look);
}

function showBars(stream: TerminalStream, look: () => readonly ShownProgress[]): ProgressDisplay {
  const bars = new cliProgress.MultiBar({
    stream,
    format: "{name} {bar} {percentage}%  {rate}  {left}",
    hideCursor: true,
    barsize: 20,
    // The library's own handler of Ctrl-C would end the process before anything is stopped.
    gracefulExit: false,
    emptyOnZero: true,
  });
  const width = Math.max(...look().map(({ name }) => name.length), 0);
  const shown = look().map(({ name, totalBytes }) => addBar(bars, name.padEnd(width), totalBytes));
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

function showLines(stream: TerminalStream, look: () => readonly ShownProgress[]): ProgressDisplay {
  const timer = setInterval(() => {
    for (const progress of look()) {
      const { name, totalBytes, bytes, isFinished } = progress;
      if (isFinished || bytes === 0) continue;
      const percent = Math.floor((100 * bytes) / Math.max(totalBytes, 1));
      stream.write(`${name}: ${percent}%, ${rateOf(progress)}, ${timeLeft(progress)}\n`);
    }
  }, LINE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** `3.4 MB/s`, of stored bytes. */
function rateOf({ bytes, seconds }: ShownProgress): string {
  return `${(bytes / 1e6 / Math.max(seconds, 0.001)).toFixed(1)} MB/s`;
}

/** `12 s left`; "" while nothing is known, and `finishing` once all is read. */
function timeLeft({ bytes, totalBytes, seconds }: ShownProgress): string {
  if (bytes === 0) return "";
  if (bytes >= totalBytes) return "finishing";
  return `${Math.ceil((seconds * (totalBytes - bytes)) / bytes)} s left`;
}
