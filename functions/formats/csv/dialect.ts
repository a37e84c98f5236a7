/** How the lines and fields of a file are told apart. */
export interface Dialect {
  /** One ASCII character. */
  readonly delimiter: string;
  /**
   * What ends a line: a line feed, with or without a carriage return before it; or, as old
   * spreadsheets write it, a carriage return alone (a line feed then, too).
   */
  readonly lineEnd: "lf" | "cr";
}

export const QUOTE = 0x22;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;

/** What is looked for where nobody has said what separates the fields. */
export const USUAL_DELIMITERS = [",", ";", "\t", "|"] as const;

/** Whether `text` can separate fields: a tab, or one visible character that no name consists of. */
export function isDelimiter(text: unknown): text is string {
  return typeof text === "string" && /^[\t!#-/:-@[-`{-~]$/.test(text);
}

/** Where the first line that is not over at `from` ends; -1: not in these bytes. */
export function nextLineEnd(bytes: Buffer, from: number, { lineEnd }: Dialect): number {
  const lineFeed = bytes.indexOf(LINE_FEED, from);
  if (lineEnd === "lf") return lineFeed;
  const carriageReturn = bytes.indexOf(CARRIAGE_RETURN, from);
  if (lineFeed === -1 || carriageReturn === -1) return Math.max(lineFeed, carriageReturn);
  return Math.min(lineFeed, carriageReturn);
}

/** Whether there are only spaces and tabs. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0x20 && bytes[at] !== 0x09) return false;
  return true;
}

/** Whether `byte` ends a line; of CRLF, the line feed does. */
export function endsLine(byte: number | undefined, { lineEnd }: Dialect): boolean {
  return byte === LINE_FEED || (byte === CARRIAGE_RETURN && lineEnd === "cr");
}
