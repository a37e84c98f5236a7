import type { InputFile } from "./run-input.ts";
import type { FinishedObject } from "./run-log.ts";

/** How far the import of a file is. */
export interface FileProgress {
  readonly file: InputFile;
  /** Stored bytes that were read of it. */
  readonly bytes: number;
  readonly isFinished: boolean;
  /** Since its import began; 0 before. */
  readonly seconds: number;
}

export interface ProgressTracker {
  finished(object: FinishedObject): void;
  /** @param bytesSent by the bucket so far, of all objects together */
  readonly look: (bytesSent: number) => readonly FileProgress[];
}

/**
 * Tells how far each file is from the bytes the bucket has sent in all: files are imported one
 * after the other (importObject takes one object at a time), so what was sent since the last one
 * ended belongs to the next.
 *
 * @param now milliseconds of a clock that only goes forward
 */
export function trackFiles(files: readonly InputFile[], now: () => number): ProgressTracker {
  const finished = new Map<string, FileProgress>();
  let bytesSeen = 0;
  let currentFrom = { bytes: 0, ms: now() };

  const describe = (file: InputFile, bytesSent: number): FileProgress => {
    const known = finished.get(file.name);
    if (known) return known;
    const isCurrent = files.find(({ name }) => !finished.has(name)) === file;
    const bytes = isCurrent ? Math.min(file.bytes, bytesSent - currentFrom.bytes) : 0;
    const seconds = isCurrent ? (now() - currentFrom.ms) / 1000 : 0;
    return { file, bytes, isFinished: false, seconds };
  };

  return {
    finished: ({ object }) => {
      const file = files.find(({ name }) => name === object);
      if (file === undefined) return;
      const seconds = (now() - currentFrom.ms) / 1000;
      finished.set(object, { file, bytes: file.bytes, isFinished: true, seconds });
      currentFrom = { bytes: bytesSeen, ms: now() };
    },
    look: (bytesSent) => {
      bytesSeen = bytesSent;
      return files.map((file) => describe(file, bytesSent));
    },
  };
}
