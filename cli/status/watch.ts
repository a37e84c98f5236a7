import { isRetryable, messageOf } from "../../functions/platform/errors.ts";
import { RefusedError } from "../google/rest.ts";
import { printable, wrap } from "../terminal/fit.ts";
import type { TerminalStream } from "../terminal/progress.ts";
import { styleOf, type TextStyle } from "../terminal/style.ts";
import { oneLine } from "./entrances.ts";

export interface WatchOptions {
  /** What is shown, anew each time; may be of any length. */
  readonly look: () => Promise<string>;
  readonly stream: TerminalStream & { readonly rows?: number; readonly columns?: number };
  /** Where an outage is told without a terminal: what reads the states must not take it for one. */
  readonly errors: { write(text: string): unknown };
  /** Each state on a line of its own, on a terminal too: JSON that somebody reads. */
  readonly isInLines: boolean;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after so long, or at once when `signal` is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Figures of Cloud Monitoring come once a minute; receipts are there at once. */
const ON_TERMINAL_MS = 5000;
/** Without a terminal every state stays. */
const IN_FILE_MS = 60_000;

/**
 * Shows something again and again: in place on a terminal, otherwise one below the other.
 *
 * While a service is away, or refuses, it goes on: what is shown then is the last that is known,
 * below the time that it is from. Without a terminal that is said alone, to `errors`.
 *
 * @returns when `signal` is aborted
 * @throws what `look` throws before it has shown anything, and what is neither an outage nor a
 *   refusal
 */
export async function watch(options: WatchOptions): Promise<void> {
  const { look, stream, errors, isInLines, signal, now, sleep } = options;
  const isTerminal = stream.isTTY === true && process.env["TERM"] !== "dumb" && !isInLines;
  let last: Seen | undefined;
  let isFirst = true;
  const isInterrupted = (): boolean => signal.aborted;
  while (!isInterrupted()) {
    let outage = "";
    try {
      last = { text: await look(), at: now() };
    } catch (error) {
      const isOutage = isRetryable(error) || error instanceof RefusedError;
      if (!isOutage || last === undefined || isInterrupted()) throw error;
      // Without a terminal to draw on it goes elsewhere.
      outage = describeOutage(messageOf(error), last, styleOf(isTerminal ? stream : {}));
    }
    const text = outage === "" ? last.text : `${outage}\n\n${last.text}`;
    if (isTerminal) stream.write(toScreen(text, stream.rows ?? 24, isFirst));
    else if (outage === "") stream.write(`${text}\n`);
    else errors.write(`${outage}\n`);
    isFirst = false;
    await sleep(isTerminal ? ON_TERMINAL_MS : IN_FILE_MS, signal);
  }
}

interface Seen {
  readonly text: string;
  /** Milliseconds since 1970, when it was known. */
  readonly at: number;
}

/** That it is old comes first: below a long table nobody would see it. */
function describeOutage(problem: string, { at }: Seen, { paint, columns }: TextStyle): string {
  const since = new Date(at).toISOString().replace(/\.\d+/, "");
  const why = printable(oneLine(problem)).replace(/\.$/, "");
  return paint("bad", wrap(`NOT KNOWN since ${since}: ${why}. It is tried again.`, columns));
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
