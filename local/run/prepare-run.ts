import path from "node:path";

import { findEmulator } from "../pubsub/emulator/find-emulator.ts";
import { UserError } from "../user-error.ts";
import { REPOSITORY } from "./build-function.ts";
import type { RunInput } from "./check-input.ts";
import { checkInput, checkTransformFile } from "./check-input.ts";
import { writeSample } from "./sample.ts";
import { createWorkFolder } from "./work-folder.ts";

/** What the person asked for, as far as it can be checked beforehand. */
export interface PrepareOptions {
  readonly files: readonly string[];
  readonly messageFiles: readonly string[];
  readonly transform: string | undefined;
  readonly pubsubEmulator: boolean;
}

/** What a run works with. */
export interface PreparedRun {
  readonly input: RunInput;
  readonly workFolder: string;
  /** Launcher of Google's Pub/Sub emulator, when it was asked for. */
  readonly emulator: string | undefined;
}

/**
 * Checks everything the person gave before anything is started, and makes the run's folder; without any input, a
 * sample is written into it.
 *
 * @throws UserError naming what is missing
 */
export async function prepareRun(
  options: PrepareOptions,
  say: (text: string) => void,
): Promise<PreparedRun> {
  const checked = await checkInput(options.files, options.messageFiles);
  if (options.transform !== undefined) await checkTransformFile(options.transform);
  const emulator = options.pubsubEmulator ? requireEmulator() : undefined;
  const workFolder = await createWorkFolder(path.join(REPOSITORY, ".local"));
  const hasInput = checked.files.length + checked.messageFiles.length > 0;
  say(hasInput ? "Building." : "No files were given: importing a sample. Building.");
  const now = Math.floor(Date.now() / 1000);
  const input = hasInput ? checked : await writeSample(path.join(workFolder, "sample"), now);
  return { input, workFolder, emulator };
}

function requireEmulator(): string {
  const found = findEmulator();
  if ("missing" in found)
    throw new UserError(
      `--pubsub-emulator: ${found.missing} Without the option, a Pub/Sub of our own is used.`,
    );
  return found.launcher;
}
