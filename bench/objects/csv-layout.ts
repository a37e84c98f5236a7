import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import { COLUMNS, flatten, type Value } from "./flat-event.ts";

const LINES_AT_ONCE = 1000;

/** The events of a file of lines as CSV (https://www.rfc-editor.org/rfc/rfc4180), in pieces. */
export async function* csvOf(file: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let rows = [csvRow(COLUMNS.map(({ name }) => name))];
  for await (const line of lines) {
    rows.push(csvRow(flatten(line)));
    if (rows.length < LINES_AT_ONCE) continue;
    yield rows.join("");
    rows = [];
  }
  yield rows.join("");
}

function csvRow(values: readonly Value[]): string {
  return `${values.map((value) => csvField(String(value))).join(",")}\r\n`;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
