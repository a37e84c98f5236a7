import { open, unlink } from "node:fs/promises";
import path from "node:path";

import { UserError } from "../../functions/platform/user-error.ts";
import { toLine } from "./letter-line.ts";
import type { DeadLetter } from "./letter.ts";

/** A file of dead letters that is written anew. */
export interface LettersFile {
  /** Appends; what is there when this resolves may not be on the disk yet. */
  append(letters: readonly DeadLetter[]): Promise<void>;
  /** When this resolves, everything is on the disk, whatever happens to this machine. */
  close(): Promise<void>;
  /** Takes the file away: none of its letters is acknowledged. Does not throw. */
  discard(): Promise<void>;
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST:
    "is there already: give another name. Its letters may be nowhere else (--from sends them)",
  ENOENT: "cannot be made: its folder is not there",
  ENOTDIR: "cannot be made: its folder is a file",
  EACCES: "cannot be made: permission denied",
  EROFS: "cannot be made: the disk is read-only",
  ENOSPC: "cannot be written: the disk is full",
  EDQUOT: "cannot be written: your quota of the disk is used up",
};

/** @throws UserError (exit code 2) when there is such a file already, or it cannot be made */
export async function createLettersFile(file: string): Promise<LettersFile> {
  const handle = await open(file, "wx").catch((error: unknown) => {
    throw new UserError(`--to ${file} ${describe(error)}.`, 2);
  });
  const orSay = async (writing: Promise<void>): Promise<void> => {
    try {
      await writing;
    } catch (error) {
      throw new UserError(`--to ${file} ${describe(error)}. Nothing is acknowledged.`);
    }
  };
  return {
    append: (letters) => orSay(handle.appendFile(letters.map(toLine).join(""))),
    close: () =>
      orSay(
        handle
          .sync()
          .finally(() => handle.close())
          .then(() => syncFolder(path.dirname(file))),
      ),
    discard: async () => {
      await handle.close().catch(() => undefined);
      await unlink(file).catch(() => undefined);
    },
  };
}

/**
 * The name of a new file is on the disk when its folder is
 * (https://man7.org/linux/man-pages/man2/fsync.2.html).
 */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Some file systems, and Windows, have no such thing.
  }
}

function describe(error: unknown): string {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? `cannot be written: ${code}`;
}
