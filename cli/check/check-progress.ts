import type { CheckProgress } from "../../check/check-files.ts";
import type { CheckSource } from "../../check/check-source.ts";
import type { ShownProgress, TerminalStream } from "../terminal/progress.ts";
import { fit, printable } from "../terminal/fit.ts";
import { showProgress } from "../terminal/progress.ts";
import { formatCount } from "../terminal/table.ts";

const MAX_NAME_COLUMNS = 24;

interface SourceState {
  readonly source: CheckSource;
  bytes: number;
  /** Of the monotonic clock, in milliseconds. */
  startedAt: number | undefined;
  isFinished: boolean;
}

/** More bars than these do not fit on a screen together. */
const MAX_BARS = 5;

/** Shows how far a dry run is, until `stop`. */
export function showCheckProgress(
  stream: TerminalStream,
  sources: readonly CheckSource[],
): CheckProgress & { stop(): void } {
  const states = new Map<CheckSource, SourceState>(
    sources.map((source) => [
      source,
      { source, bytes: 0, startedAt: undefined, isFinished: false },
    ]),
  );
  const change = (source: CheckSource, apply: (state: SourceState) => void): void => {
    const state = states.get(source);
    if (state !== undefined) apply(state);
  };
  const display = showProgress(stream, () => {
    const shown = [...states.values()].map(toShown);
    return shown.length > MAX_BARS ? [together(shown)] : shown;
  });
  return {
    begin: (source) => {
      change(source, (state) => {
        state.startedAt = performance.now();
      });
    },
    add: (source, bytes) => {
      change(source, (state) => {
        state.bytes += bytes;
      });
    },
    end: (source) => {
      change(source, (state) => {
        state.isFinished = true;
      });
    },
    stop: () => {
      display.stop();
    },
  };
}

function toShown({ source, bytes, startedAt, isFinished }: SourceState): ShownProgress {
  const seconds = startedAt === undefined ? 0 : (performance.now() - startedAt) / 1000;
  // What comes through a pipe has no size before its end.
  const totalBytes = Math.max(source.bytes, bytes);
  return {
    name: fit(printable(source.name), MAX_NAME_COLUMNS),
    totalBytes,
    bytes,
    isFinished,
    seconds,
  };
}

function together(files: readonly ShownProgress[]): ShownProgress {
  const sum = (of: (file: ShownProgress) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  return {
    name: `${formatCount(files.length)} files`,
    totalBytes: sum(({ totalBytes }) => totalBytes),
    bytes: sum(({ bytes }) => bytes),
    isFinished: files.every(({ isFinished }) => isFinished),
    // One is read after the other.
    seconds: Math.max(...files.map(({ seconds }) => seconds)),
  };
}
