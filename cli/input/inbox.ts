import { mkdir, stat } from "node:fs/promises";
import path from "node:path";

import { messageOf } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";

const WRONG_USAGE = 2;

/**
 * Makes the folder of `--inbox` if need be.
 *
 * @returns its absolute path
 * @throws UserError (exit code 2) when it is no folder and cannot become one
 */
export async function prepareInbox(given: string): Promise<string> {
  const found = await stat(given).catch(() => undefined);
  if (found !== undefined && !found.isDirectory())
    throw new UserError(`--inbox: ${given} is no folder.`, WRONG_USAGE);
  await mkdir(given, { recursive: true }).catch((error: unknown) => {
    throw new UserError(
      `--inbox: ${given} cannot be made (${messageOf(error)}). Name a folder you may write to.`,
      WRONG_USAGE,
    );
  });
  return path.resolve(given);
}
