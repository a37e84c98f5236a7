import { createInterface } from "node:readline/promises";

import { UserError } from "../../functions/platform/user-error.ts";
import type { TerminalStream } from "./progress.ts";

export interface ConfirmOptions {
  readonly question: string;
  /** `--yes`: nobody is asked. */
  readonly yes: boolean;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where the question is put; reports go elsewhere. */
  readonly output: TerminalStream;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Asks whether to go on; only `y` and `yes` mean it.
 *
 * @throws UserError where nobody can respond: a script has to say `--yes` itself
 */
export async function confirm(options: ConfirmOptions): Promise<boolean> {
  const { question, yes, input, output, signal } = options;
  if (yes) return true;
  if (input.isTTY !== true || output.isTTY !== true)
    throw new UserError(
      "There is no terminal to ask at. Give --yes to go on without a question, or --dry-run.",
      2,
    );
  const terminal = createInterface({ input, output });
  // Without a listener of ours, Ctrl-C and the end of the input would leave the question open.
  const closed = new Promise<string>((resolve) => {
    terminal.once("SIGINT", () => {
      process.kill(process.pid, "SIGINT");
    });
    terminal.once("close", () => {
      resolve("");
    });
  });
  try {
    const response = await Promise.race([
      terminal.question(`${question} [y/N] `, { signal }),
      closed,
    ]);
    return /^y(es)?$/i.test(response.trim());
  } finally {
    terminal.close();
  }
}
