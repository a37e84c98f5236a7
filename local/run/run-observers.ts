import type { ProgressTracker } from "./file-progress.ts";
import { trackFiles } from "./file-progress.ts";
import type { ImportHistory } from "./import-history.ts";
import { createImportHistory } from "./import-history.ts";
import type { LiveDisplay } from "./run-display.ts";
import type { InputFile } from "./run-input.ts";
import type { DeadLetterGroup } from "./dead-letter-groups.ts";
import type { RunLogListeners } from "./run-log.ts";

/** Who is told what the functions do while a run goes on: the progress, the page, the display. */
export interface RunObservers {
  readonly history: ImportHistory;
  readonly listeners: RunLogListeners;
  readonly onDeadLetters: (group: DeadLetterGroup) => void;
  /** How far the files given are, when the bucket has sent so many bytes in all. */
  readonly look: ProgressTracker["look"];
  /** From now on the display is told of every import. */
  readonly goLive: () => void;
}

/** @param files given on the command line */
export function createObservers(files: readonly InputFile[], live: LiveDisplay): RunObservers {
  const tracker = trackFiles(files, () => performance.now());
  const history = createImportHistory();
  let isLive = false;
  return {
    history,
    listeners: {
      onObject: (object, line) => {
        tracker.finished(object);
        history.onLine(line);
        if (isLive) live.onObject(line);
      },
      onMessages: (settled) => {
        if (isLive) live.onMessages(settled);
      },
      onOther: (entryPoint, line) => {
        history.onLine(line);
        if (isLive) live.onOther(entryPoint, line);
      },
    },
    onDeadLetters: (group) => {
      if (isLive) live.onDeadLetters(group);
    },
    look: tracker.look,
    goLive: () => {
      isLive = true;
    },
  };
}
