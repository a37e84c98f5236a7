import { COMMA } from "./bytes.ts";

/** What a line begins with, up to some place in it. */
export interface LinePrefix {
  /** Spaces and tabs at its very beginning. */
  readonly indent: number;
  /** Whether there is nothing but spaces, tabs and commas so far. */
  readonly isBlank: boolean;
  /** Whether the indentation is over: a comma or something else was there. */
  readonly isIndentOver: boolean;
}

/** The beginning of a line. */
export const LINE_START: LinePrefix = { indent: 0, isBlank: true, isIndentOver: false };

const SPACE = 0x20;
const TAB = 0x09;

/** The prefix with `bytes[from, to)`, in which there is no line feed, behind it. */
export function extendPrefix(
  prefix: LinePrefix,
  bytes: Buffer,
  from: number,
  to: number,
): LinePrefix {
  let { indent, isIndentOver } = prefix;
  if (!prefix.isBlank) return prefix;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === COMMA) isIndentOver = true;
    else if (byte !== SPACE && byte !== TAB) return { indent, isBlank: false, isIndentOver: true };
    else if (!isIndentOver) indent++;
  }
  return { indent, isBlank: true, isIndentOver };
}
