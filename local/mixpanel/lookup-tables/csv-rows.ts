/** A quoted or bare field, and what ends it: https://www.rfc-editor.org/rfc/rfc4180. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** The rows of a CSV text; undefined when a quote is not closed or not where it may be. */
export function csvRows(text: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const field = FIELD.exec(text);
    if (field === null) return undefined;
    const [, quoted, bare = "", end] = field;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") {
      // A comma at the very end has an empty field behind it.
      if (FIELD.lastIndex === text.length) row.push("");
      continue;
    }
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
