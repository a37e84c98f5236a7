import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before } from "node:test";

import type { RunSummary } from "../../local/run/summary.ts";
import type { Checkout } from "./checkout.ts";
import { copyCheckout } from "./checkout.ts";

/** The command `local` of a copy of the product, for the tests of a file. */
export interface LocalCommand {
  readonly checkout: () => Checkout;
  /** Writes a file into the copy and returns its name. */
  readonly put: (name: string, content: string | Buffer) => Promise<string>;
  /** Runs it with `--json`. */
  readonly runJson: (
    args: readonly string[],
    cwd?: string,
  ) => Promise<{ code: number; stderr: string; summary: RunSummary }>;
}

/**
 * Makes the copy before the file's tests, and removes it after them.
 *
 * @param prepare what is done to its folder before
 */
export function useLocalCommand(
  prepare: (folder: string) => Promise<void> = () => Promise.resolve(),
): LocalCommand {
  let copy: Checkout | undefined;
  before(async () => {
    copy = await copyCheckout();
    await prepare(copy.folder);
  });
  after(() => copy?.remove());
  const checkout = (): Checkout => {
    assert.ok(copy, "The copy is made before the first test.");
    return copy;
  };
  return {
    checkout,
    put: async (name, content) => {
      const file = path.join(checkout().folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
      return name;
    },
    runJson: async (args, cwd = checkout().folder) => {
      const { code, stdout, stderr } = await checkout().run(["local", "--json", ...args], { cwd });
      assert.match(stdout, /^\{.*\}\n$/, stderr);
      return { code, stderr, summary: JSON.parse(stdout) as RunSummary };
    },
  };
}
