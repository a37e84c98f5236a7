import type { EntryPoint } from "../../functions/settings.ts";
import type { LogLine } from "../functions/log-lines.ts";
import type { DeadLetterGroup } from "./dead-letter-groups.ts";
import type { FileProgress } from "./file-progress.ts";
import type { MessageTotals } from "./run-log.ts";
import type { RunResult } from "./run-result.ts";

/** What a run tells while it goes on. `cli/local/run-display.ts` writes it to a terminal. */
export interface RunDisplay {
  /** One sentence about what is going on, or what went wrong by itself. */
  say(text: string): void;
  /** @param look tells how far each file is, at any time until `stop` */
  showProgress(look: () => readonly FileProgress[]): { stop(): void };
  /** The run is over; when a folder is watched, once before that and once after it. */
  showResult(result: RunResult): void;
  /** The address of the page that shows the run. */
  showPage(url: string): void;
  /** From now on files and messages come from elsewhere. */
  showWatch(entrances: WatchEntrances): void;
  /** What comes while a folder is watched. */
  readonly live: LiveDisplay;
}

/** What is told of each import while a folder is watched: before, there is the progress. */
export interface LiveDisplay {
  /** @param line importObject's own about an object that is done */
  onObject(line: LogLine): void;
  /** @param settled messages that were settled together */
  onMessages(settled: MessageTotals): void;
  /** A reason that was not seen before. */
  onDeadLetters(group: DeadLetterGroup): void;
  onOther(entryPoint: EntryPoint, line: LogLine): void;
}

/** How files and messages get into a run that goes on. */
export interface WatchEntrances {
  /** Files put here are imported. */
  readonly inbox: string;
  readonly bucketUrl: string;
  readonly bucket: string;
  readonly pubsubUrl: string;
  readonly topic: string;
  /** Host and port of Google's emulator, when the run is on it. */
  readonly emulatorHost: string | undefined;
  /** What Mixpanel has received is to be seen there. */
  readonly mixpanelUrl: string;
}
