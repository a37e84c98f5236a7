import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** A file that is completely written. */
export interface ScannedFile {
  readonly path: string;
  /** Relative to the folder, with `/` between its parts. */
  readonly name: string;
  readonly size: number;
  /** It was there when the first scan looked. */
  readonly isOld: boolean;
}

export interface FolderScanOptions {
  readonly folder: string;
  /**
   * A file counts as complete when it has not changed for so much longer than the longest pause
   * there was while it was written.
   */
  readonly quietMs: number;
  readonly now: () => number;
  /** Absolute paths of files that somebody is still writing, as far as that can be known. */
  readonly openForWriting: () => Promise<ReadonlySet<string>>;
}

/** A longer one lies between two versions of a file, not between two parts of one. */
const LONGEST_PAUSE_MS = 10_000;

/** Names under which programs keep what they have not finished, such as downloads. */
const UNFINISHED = /(?:~|\.tmp|\.part|\.partial|\.crdownload|_\.gstmp)$/i;

interface Sight {
  /** Changes whenever the file is written to or replaced. */
  readonly signature: string;
  readonly since: number;
  readonly longestPauseMs: number;
  readonly isOld: boolean;
  readonly isReported: boolean;
}

/**
 * Finds files that are new or changed since the scan before, and complete. Hidden files and folders
 * (a leading dot) and unfinished ones are passed over.
 *
 * @returns the scan; call it again and again, one at a time. It rejects when the folder cannot be
 *   read
 */
export function createFolderScan(options: FolderScanOptions): () => Promise<ScannedFile[]> {
  const { folder, quietMs, now, openForWriting } = options;
  let sights: ReadonlyMap<string, Sight> | undefined;

  return async () => {
    const before = sights;
    const after = new Map<string, Sight>();
    const quiet: ScannedFile[] = [];
    for (const { path, name, size, signature } of await listFiles(folder)) {
      const seen = before?.get(name);
      const sight =
        seen?.signature === signature
          ? seen
          : { ...changed(seen, now()), signature, isOld: before === undefined, isReported: false };
      after.set(name, sight);
      const isQuiet = now() - sight.since >= quietMs + sight.longestPauseMs;
      if (isQuiet && !sight.isReported) quiet.push({ path, name, size, isOld: sight.isOld });
    }
    sights = after;
    const complete = await withoutOpen(quiet, openForWriting);
    for (const { name } of complete) {
      const sight = after.get(name);
      if (sight !== undefined) after.set(name, { ...sight, isReported: true });
    }
    return complete;
  };
}

/** Whoever paused once may pause for as long again. */
function changed(seen: Sight | undefined, nowMs: number): Pick<Sight, "since" | "longestPauseMs"> {
  const pauseMs = seen === undefined ? 0 : nowMs - seen.since;
  const longestPauseMs = Math.max(
    seen?.longestPauseMs ?? 0,
    pauseMs > LONGEST_PAUSE_MS ? 0 : pauseMs,
  );
  return { since: nowMs, longestPauseMs };
}

async function withoutOpen(
  files: readonly ScannedFile[],
  openForWriting: FolderScanOptions["openForWriting"],
): Promise<ScannedFile[]> {
  if (files.length === 0) return [];
  const open = await openForWriting();
  const paths = await Promise.all(files.map(({ path }) => realpath(path).catch(() => path)));
  return files.filter((_, index) => !open.has(paths[index] ?? ""));
}

async function listFiles(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.map((path) => lookAt(folder, path)));
  return files.flatMap((file) => file ?? []);
}

/** Undefined for what is no file to upload, or has gone in the meantime. */
async function lookAt(folder: string, path: string) {
  const name = relative(folder, path).split(sep).join("/");
  if (UNFINISHED.test(name) || name.split("/").some((part) => part.startsWith(".")))
    return undefined;
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const { size, mtimeMs, ino } = stats;
  return { path, name, size, signature: `${size} ${mtimeMs} ${ino}` };
}
