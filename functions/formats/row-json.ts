import type { Position, RecordBytes } from "../event/record.ts";

/**
 * Canonical row JSON: what a row of a file with columns is to everything behind its format. It is
 * what a transform gets, what a dead letter holds for a replay, and what the `$insert_id` of an
 * event without one is made of. So its form never changes, not by a byte, whatever else does:
 * another form would import a file's rows a second time when it is imported again.
 *
 * - One object, without white space, its members in the order of the file's columns, each once.
 * - Texts as `JSON.stringify` writes them (https://tc39.es/ecma262/#sec-quotejsonstring): escapes
 *   only for `"`, `\`, control characters and lone surrogates; everything else is UTF-8.
 * - Numbers are literals with all the digits of the file; what JSON has no number for is `null`.
 * - A column without a value is left out where the file has no null (CSV), and `null` where it has.
 */
export type RowJson = string;

/**
 * Makes the function that writes the rows of a file.
 *
 * @param columns their names, all different
 * @returns takes a value a column, as JSON; undefined leaves the column out
 */
export function createRowJson(
  columns: readonly string[],
): (values: readonly (string | undefined)[]) => RowJson {
  const keys = columns.map(rowKey);
  return (values) => {
    let members = "";
    for (const [index, key] of keys.entries()) {
      const value = values[index];
      if (value !== undefined) members += (members === "" ? "" : ",") + key + value;
    }
    return `{${members}}`;
  };
}

/** What is before a column's value. */
export function rowKey(column: string): string {
  return `${jsonText(column)}:`;
}

/** A text, as JSON. */
export function jsonText(text: string): string {
  return JSON.stringify(text);
}

/** The record of a row that begins at `place`. */
export function rowRecord(json: RowJson, { offset, line }: Position): RecordBytes {
  const bytes = Buffer.from(json);
  return { bytes, start: 0, end: bytes.length, offset, line, hasLineBreaks: false };
}
