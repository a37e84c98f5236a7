import path from "node:path";

import { UserError } from "../../functions/platform/user-error.ts";
import { findEmulator } from "../pubsub/emulator/find-emulator.ts";
import { REPOSITORY } from "./build-function.ts";
import type { RunInput } from "./run-input.ts";
import { writeSample } from "./sample.ts";
import { createWorkFolder } from "./work-folder.ts";

/** What a run works with. */
export interface PreparedRun {
  readonly input: RunInput;
  readonly workFolder: string;
  /** Launcher of Google's Pub/Sub emulator, when it was asked for. */
  readonly emulator: string | undefined;
}

export interface RunNeeds {
  /** Without files it imports none: they come later. Else a sample is imported then. */
  readonly mayBeEmpty: boolean;
  readonly needsEmulator: boolean;
}

/**
 * Finds what a run needs before anything is started, and makes its folder; without any input, a
 * sample is written into it.
 *
 * @throws UserError naming what is missing
 */
export async function prepareRun(
  given: RunInput,
  { mayBeEmpty, needsEmulator }: RunNeeds,
  say: (text: string) => void,
): Promise<PreparedRun> {
  const emulator = needsEmulator ? requireEmulator() : undefined;
  const workFolder = await createWorkFolder(path.join(REPOSITORY, ".local"));
  const hasInput = given.files.length + given.messageFiles.length > 0;
  const needsSample = !hasInput && !mayBeEmpty;
  say(needsSample ? "No files were given: importing a sample. Building." : "Building.");
  const now = Math.floor(Date.now() / 1000);
  const input = needsSample ? await writeSample(path.join(workFolder, "sample"), now) : given;
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
