import { open, unlink } from "node:fs/promises";
import path from "node:path";

import { messageOf } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { toLine } from "./letter-line.ts";
import type { DeadLetter } from "./letter.ts";

/** A file of dead letters that is written anew. */
export interface LettersFile {
  /**
   * Appends, in the order of the calls; what is there when this resolves may not be on the disk
   * yet. May be called before an earlier call has resolved.
   */
  append(letters: readonly DeadLetter[]): Promise<void>;
  /** When this resolves, every byte is on the disk, whatever happens to this machine. */
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
  let bytes = 0;
  let last = Promise.resolve();
  const append = (letters: readonly DeadLetter[]): Promise<void> => {
    const lines = Buffer.from(letters.map(toLine).join(""));
    bytes += lines.length;
    // It writes in pieces of 512 KiB: those of two calls at once would mix.
    last = last.then(() => handle.appendFile(lines));
    return last;
  };
  const close = async (): Promise<void> => {
    await last;
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    if (size !== bytes) throw new Error(`${size} of ${bytes} bytes are there`);
    await syncFolder(path.dirname(file));
  };
  return {
    append: (letters) => orSay(append(letters)),
    close: () => orSay(close()),
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
  const { code = messageOf(error) } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? `cannot be written: ${code}`;
}
