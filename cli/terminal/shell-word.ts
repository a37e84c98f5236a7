import { printable } from "./fit.ts";

const PLAIN_WORD = /^[\w./:=,@%+-]+$/;

/**
 * A word as a shell reads it back, on one line that can be printed and copied. What a terminal
 * would act on is written in bytes, in the quotes that bash, zsh and ksh have for it
 * (https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html).
 */
export function shellWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  if (printable(word) === word) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = Array.from(word, (character) => {
    if (character === "'" || character === "\\") return `\\${character}`;
    return printable(character) === character ? character : inBytes(character);
  });
  return `$'${escaped.join("")}'`;
}

/** In octal: digits behind a hexadecimal one would be taken for a part of it. */
function inBytes(character: string): string {
  return Array.from(
    Buffer.from(character),
    (byte) => `\\${byte.toString(8).padStart(3, "0")}`,
  ).join("");
}
