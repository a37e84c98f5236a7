/** Columns of a line where nobody says how wide the terminal is. */
const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 40;

/** Wide characters (East Asian ones, emoji) take two columns of a terminal, marks none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mark}|\u200b|\u200d/u;
/**
 * What would move the cursor, colour the rest, or turn the direction of writing: data must not
 * rule the terminal. Escaped as JSON does it.
 */

const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** How wide lines may be on a stream. */
export function columnsOf(stream: { readonly columns?: number }): number {
  const { columns = 0 } = stream;
  // Some pseudo-terminals say 0.
  return columns === 0 ? DEFAULT_COLUMNS : Math.max(columns, MIN_COLUMNS);
}

/** The columns a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** At most so many columns of it, with an ellipsis when that is not all. */
export function fit(text: string, columns: number): string {
  // No character takes more than two columns per unit of length.
  if (text.length * 2 <= columns || widthOf(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text with blanks behind it, up to so many columns. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(columns - widthOf(text), 0));
}

/** The text on one line, without anything that a terminal would act on. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same for a text of several lines, which stay. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** Words on lines of at most so many columns, those after the first behind `indent`. */
export function wrap(text: string, columns: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer) > columns) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
  }
  return [...lines, line].join("\n");
}

function characterWidth(character: string): number {
  if (character <= "\u02ff") return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
