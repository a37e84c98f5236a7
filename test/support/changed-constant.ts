import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Gives a constant of a copy of the product (checkout.ts) another value: a limit that a test would
 * wait for, or that keeps a processor busy for as long.
 *
 * @param folder of the copy, never the repository
 * @throws AssertionError when the file has no such line any more
 */
export async function changeConstant(
  folder: string,
  { file, name, from, to }: ChangedConstant,
): Promise<void> {
  const changed = path.join(folder, file);
  const code = await readFile(changed, "utf8");
  const line = `const ${name} = ${from};`;
  assert.ok(code.includes(line), `${file} has no "${line}".`);
  await writeFile(changed, code.replace(line, `const ${name} = ${to};`));
}

export interface ChangedConstant {
  /** Relative to the copy. */
  readonly file: string;
  readonly name: string;
  /** Its value in the product. */
  readonly from: number;
  readonly to: number;
}

/**
 * How long a function's transform may take, shorter than in the product: for one record, and, in
 * seconds, until the instance is ended.
 */
export const SHORTER_LIMITS = { recordMs: 1000, watchSeconds: 3 } as const;

/** Gives the functions of a copy these limits. */
export async function shortenLimits(folder: string): Promise<void> {
  const { recordMs, watchSeconds } = SHORTER_LIMITS;
  await changeConstant(folder, {
    ...{ file: "functions/records/time-limit.ts", name: "RECORD_LIMIT_MS" },
    ...{ from: 5000, to: recordMs },
  });
  await changeConstant(folder, {
    ...{ file: "functions/records/transform-watch.ts", name: "LIMIT_SECONDS" },
    ...{ from: 10, to: watchSeconds },
  });
}
