import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { UserError } from "../../functions/platform/user-error.ts";
import { summarizeFile } from "./content-writer.ts";
import { createFolderScan, type ScannedFile } from "./folder-scan.ts";
import type { LocalObjects } from "./local-objects.ts";
import { filesOpenForWriting } from "./open-for-writing.ts";

/**
 * How often the folder is looked through. Events of the file system are not used: they differ by
 * system, and miss.
 */
const SCAN_INTERVAL_MS = 500;

/** Longer than most pauses between two parts of a file. */
const QUIET_MS = 2000;

export interface FolderWatch {
  /** Ends the watch; an upload under way is finished first. */
  stop(): Promise<void>;
}

export interface FolderWatchOptions {
  readonly folder: string;
  readonly bucket: string;
  readonly objects: Pick<LocalObjects, "putCopy" | "stat">;
  /** Told about every file that could not be uploaded, in one line. */
  readonly onProblem: (message: string) => void;
}

/**
 * Uploads every file in `folder`, and each again when it changes; its name is its path below the
 * folder. Files are copied, so they may be edited or removed afterwards; removing one removes no
 * object. Files that are there at the start are uploaded too, unless the bucket has the same bytes
 * under that name.
 *
 * @throws UserError when the folder cannot be made
 */
export async function watchFolder(options: FolderWatchOptions): Promise<FolderWatch> {
  const { folder, onProblem } = options;
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UserError(`${folder} cannot be watched: ${describe(error)}`);
  });
  const scan = createFolderScan({
    ...{ folder, quietMs: QUIET_MS, openForWriting: filesOpenForWriting },
    now: () => performance.now(),
  });
  const stopping = new AbortController();

  const watch = async (): Promise<void> => {
    let lastProblem = "";
    while (!stopping.signal.aborted) {
      const problem = await uploadComplete(scan, options).catch(describe);
      // The same one at every scan would fill the screen.
      if (problem !== undefined && problem !== lastProblem) onProblem(`${folder}: ${problem}`);
      lastProblem = problem ?? "";
      await sleep(SCAN_INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const watching = watch();
  return {
    stop: () => {
      stopping.abort();
      return watching;
    },
  };
}

async function uploadComplete(
  scan: () => Promise<ScannedFile[]>,
  { bucket, objects, onProblem }: FolderWatchOptions,
): Promise<undefined> {
  for (const file of await scan())
    try {
      if (await isUploadedAlready(file, bucket, objects)) continue;
      await objects.putCopy(bucket, file.name, file.path);
    } catch (error) {
      onProblem(`${file.path} was not uploaded: ${describe(error)}`);
    }
}

async function isUploadedAlready(
  { isOld, name, path, size }: ScannedFile,
  bucket: string,
  objects: FolderWatchOptions["objects"],
): Promise<boolean> {
  const object = isOld ? objects.stat(bucket, name) : undefined;
  if (object?.size !== String(size)) return false;
  return object.crc32c === (await summarizeFile(path)).crc32c;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
