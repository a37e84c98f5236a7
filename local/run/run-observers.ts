import type { InputFile } from "./check-input.ts";
import type { ProgressTracker } from "./file-progress.ts";
import { trackFiles } from "./file-progress.ts";
import type { ImportHistory } from "./import-history.ts";
import { createImportHistory } from "./import-history.ts";
import type { LiveLines } from "./live-lines.ts";
import { createLiveLines } from "./live-lines.ts";
import type { RunLogListeners } from "./run-log.ts";

/** Who is told what the functions do while a run goes on: the progress, the page, the printed lines. */
export interface RunObservers {
  readonly tracker: ProgressTracker;
  readonly history: ImportHistory;
  readonly live: LiveLines;
}

/** @param files given on the command line */
export function createObservers(
  files: readonly InputFile[],
  say: (text: string) => void,
): RunObservers {
  return {
    tracker: trackFiles(files, () => performance.now()),
    history: createImportHistory(),
    live: createLiveLines(say),
  };
}

/** How they are told. */
export function listenersFor({ tracker, history, live }: RunObservers) {
  const listeners: RunLogListeners = {
    onObject: (object, line) => {
      tracker.finished(object);
      history.onLine(line);
      live.onObject(line);
    },
    onMessages: live.onMessages,
    onOther: (entryPoint, line) => {
      history.onLine(line);
      live.onOther(entryPoint, line);
    },
  };
  return { listeners, onDeadLetters: live.onDeadLetters };
}
