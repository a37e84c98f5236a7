import type { FileProgress } from "../../local/run/file-progress.ts";
import { fit, printable } from "../terminal/fit.ts";
import type { ShownProgress } from "../terminal/progress.ts";
import { formatCount } from "../terminal/table.ts";

const MAX_NAME_COLUMNS = 24;
/** More bars than these do not fit on a screen together. */
const MAX_BARS = 5;

/** A bar for each file; of many, one for all of them. */
export function progressRows(files: readonly FileProgress[]): readonly ShownProgress[] {
  if (files.length > MAX_BARS) return [together(files)];
  return files.map(({ file: { name, bytes }, ...progress }) => ({
    ...{ name: fit(printable(name), MAX_NAME_COLUMNS), totalBytes: bytes },
    ...progress,
  }));
}

function together(files: readonly FileProgress[]): ShownProgress {
  const sum = (of: (file: FileProgress) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  return {
    name: `${formatCount(files.length)} files`,
    totalBytes: sum(({ file }) => file.bytes),
    bytes: sum(({ bytes }) => bytes),
    isFinished: files.every(({ isFinished }) => isFinished),
    // One is imported after the other.
    seconds: sum(({ seconds }) => seconds),
  };
}
