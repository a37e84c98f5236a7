import type { TerminalStream } from "../terminal/progress.ts";

/** Lines that scroll by, above one that stays. */
export interface Screen {
  say(text: string): void;
  /** Keeps `text` as the last line, below all that is said from now on. */
  hold(text: string): void;
  /** Takes that line away for good. */
  clear(): void;
}

/** https://en.wikipedia.org/wiki/ANSI_escape_code#CSI_(Control_Sequence_Introducer)_sequences */
const CLEAR_LINE = "\r\u001b[K";

/** On a terminal the held line is moved down with each line said; elsewhere it is said once. */
export function createScreen(stream: TerminalStream): Screen {
  const canMoveCursor = stream.isTTY === true && process.env["TERM"] !== "dumb";
  let held = "";
  return {
    say: (text) => {
      stream.write(held === "" ? `${text}\n` : `${CLEAR_LINE}${text}\n${held}`);
    },
    hold: (text) => {
      if (!canMoveCursor) {
        stream.write(`${text}\n`);
        return;
      }
      held = text;
      stream.write(held);
    },
    clear: () => {
      if (held !== "") stream.write(CLEAR_LINE);
      held = "";
    },
  };
}
