import { constants } from "node:fs";
import { access, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { checkPage } from "../../check/page/check-page.ts";
import type { CheckSummary } from "../../check/check-summary.ts";
import { messageOf } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { formatNotes } from "./note-report.ts";

/**
 * Sees that the page can be written before hours of reading are spent; changes nothing.
 *
 * @throws UserError (exit code 2) when it cannot
 */
export async function requireWritable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) throw cannotWrite(file, "it is a folder");
  try {
    // A folder, as the dot at its end says, where it is to be made.
    await access(found === undefined ? `${path.dirname(file)}/.` : file, constants.W_OK);
  } catch (error) {
    throw cannotWrite(file, messageOf(error));
  }
}

/**
 * Writes the page, or nothing.
 *
 * @throws UserError (exit code 2) when it cannot be written
 */
export async function writePage(file: string, summary: CheckSummary): Promise<void> {
  const notes = formatNotes(summary, Infinity);
  const page = checkPage(summary, { nowMs: Date.now(), notes });
  const isNew = (await stat(file).catch(() => undefined)) === undefined;
  try {
    await writeFile(file, page);
  } catch (error) {
    // Half of a page, of a disk that is full now.
    if (isNew) await rm(file, { force: true });
    throw cannotWrite(file, messageOf(error));
  }
}

function cannotWrite(file: string, why: string): UserError {
  return new UserError(`--html: ${file} cannot be written: ${why}`, 2);
}
