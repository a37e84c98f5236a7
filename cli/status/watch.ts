import { setTimeout as sleep } from "node:timers/promises";

import type { TerminalStream } from "../terminal/progress.ts";

export interface WatchOptions {
  /** What is shown, anew each time; may be of any length. */
  readonly look: () => Promise<string>;
  readonly stream: TerminalStream & { readonly rows?: number };
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Figures of Cloud Monitoring come once a minute; receipts are there at once. */
const ON_TERMINAL_MS = 5000;
/** Without a terminal every state stays. */
const IN_FILE_MS = 60_000;

/**
 * Shows something again and again: in place on a terminal, otherwise one below the other.
 *
 * @returns when `signal` is aborted
 * @throws what `look` throws
 */
export async function watch({ look, stream, signal }: WatchOptions): Promise<void> {
  const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
  let isFirst = true;
  while (!signal.aborted) {
    const text = await look();
    if (isTerminal) stream.write(toScreen(text, stream.rows ?? 24, isFirst));
    else stream.write(`${text}\n`);
    isFirst = false;
    await sleep(isTerminal ? ON_TERMINAL_MS : IN_FILE_MS, undefined, { signal }).catch(() => 0);
  }
}

/**
 * The text over what was there: the cursor goes home, and what is left of each line and below is
 * erased, so that nothing flickers. A longer text than the screen would scroll, and is cut.
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Functions-using-CSI-_-ordered-by-the-final-character_s_
 */
export function toScreen(text: string, rows: number, isFirst: boolean): string {
  const lines = text.split("\n");
  const room = Math.max(rows - 1, 2);
  const shown = lines.length > room ? [...lines.slice(0, room - 1), "…"] : lines;
  const start = isFirst ? "\u001b[2J\u001b[H" : "\u001b[H";
  return `${start}${shown.map((line) => `${line}\u001b[K\n`).join("")}\u001b[J`;
}
