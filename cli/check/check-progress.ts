import type { CheckProgress } from "../../check/check-files.ts";
import type { CheckSource } from "../../check/check-source.ts";
import type { ShownProgress, TerminalStream } from "../terminal/progress.ts";
import { showProgress } from "../terminal/progress.ts";

interface SourceState {
  readonly source: CheckSource;
  bytes: number;
  /** Of the monotonic clock, in milliseconds. */
  startedAt: number | undefined;
  isFinished: boolean;
}

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
  const display = showProgress(stream, () => [...states.values()].map(toShown));
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
  return { name: source.object.object, totalBytes: source.bytes, bytes, isFinished, seconds };
}
