import { writeFile } from "node:fs/promises";

import { checkPage } from "../../check/page/check-page.ts";
import type { CheckSummary } from "../../check/check-summary.ts";
import { messageOf } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { formatNotes } from "./note-report.ts";

/**
 * Sees that the page can be written before hours of reading are spent.
 *
 * @throws UserError (exit code 2) when it cannot
 */
export async function requireWritable(file: string): Promise<void> {
  await write(file, "", "a");
}

/** Writes the page. @throws UserError (exit code 2) when it cannot be written */
export async function writePage(file: string, summary: CheckSummary): Promise<void> {
  const notes = formatNotes(summary, Infinity);
  await write(file, checkPage(summary, { nowMs: Date.now(), notes }), "w");
}

async function write(file: string, text: string, flag: "a" | "w"): Promise<void> {
  try {
    await writeFile(file, text, { flag });
  } catch (error) {
    throw new UserError(`--html: ${file} cannot be written: ${messageOf(error)}`, 2);
  }
}
