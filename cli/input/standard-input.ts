import { createWriteStream, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import { UserError } from "../../functions/platform/user-error.ts";
import { messageOf } from "../../functions/platform/errors.ts";
import { findFile, type FoundFile } from "./found-file.ts";

/** The argument that stands for standard input, as everywhere. */
export const STANDARD_INPUT = "-";
/** Name of the object that standard input becomes. */
export const STANDARD_INPUT_NAME = "stdin.ndjson";

/** Someone who types `-` without a pipe would wait without knowing for what. */
export function announceStandardInput(): void {
  if (process.stdin.isTTY)
    process.stderr.write("Reading standard input; Ctrl-D on a line of its own ends it.\n");
}

/**
 * Copies standard input into a file, as only a file can be uploaded again after a failure. The file
 * is removed when the process ends.
 *
 * @throws UserError when there is no room for it
 */
export async function keepStandardInput(signal: AbortSignal): Promise<FoundFile> {
  announceStandardInput();
  try {
    const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-stdin-"));
    process.on("exit", () => {
      rmSync(folder, { recursive: true, force: true });
    });
    const file = path.join(folder, STANDARD_INPUT_NAME);
    await pipeline(process.stdin, createWriteStream(file), { signal });
    const found = await findFile(file);
    if ("problem" in found) throw new UserError(found.problem);
    return { ...found, given: STANDARD_INPUT };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(`Standard input cannot be kept in ${os.tmpdir()}: ${messageOf(error)}`);
  }
}
