import { readdir, stat } from "node:fs/promises";
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
  /** A file counts as complete when it has not changed for so long. */
  readonly quietMs: number;
  readonly now: () => number;
}

/** Names under which programs keep what they have not finished, such as downloads. */
const UNFINISHED = /(?:~|\.tmp|\.part|\.partial|\.crdownload|_\.gstmp)$/i;

interface Sight {
  /** Changes whenever the file is written to or replaced. */
  readonly signature: string;
  readonly since: number;
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
  const { folder, quietMs, now } = options;
  let sights: ReadonlyMap<string, Sight> | undefined;

  return async () => {
    const before = sights;
    const after = new Map<string, Sight>();
    const complete: ScannedFile[] = [];
    for (const { path, name, size, signature } of await listFiles(folder)) {
      const seen = before?.get(name);
      const sight =
        seen?.signature === signature
          ? seen
          : { signature, since: now(), isOld: before === undefined, isReported: false };
      const isDue = !sight.isReported && now() - sight.since >= quietMs;
      after.set(name, isDue ? { ...sight, isReported: true } : sight);
      if (isDue) complete.push({ path, name, size, isOld: sight.isOld });
    }
    sights = after;
    return complete;
  };
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
