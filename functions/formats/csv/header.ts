import { isUtf8 } from "node:buffer";

import { NUMERIC } from "../../event/event-rules.ts";
import type { Dialect } from "./dialect.ts";
import type { CsvHead } from "./delimiter.ts";
import { HAS_DOUBLED_QUOTES, RecordScanner } from "./record-scanner.ts";

/** Names of columns, or what is wrong with the header, and what to do. */
export type Header =
  | {
      readonly kind: "columns";
      readonly columns: readonly string[];
      /** Where its line ends. */
      readonly end: number;
    }
  | { readonly kind: "unusable"; readonly error: string };

/** Of a header that has no end. */
export const NEVER_CLOSED = "a quote that is never closed in its header line";

/** A date, or a date and a time, as no column is called. */
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}.*)?$/;

/** Reads the header. Undefined: it goes on behind the head. */
export function readHeader(
  { bytes, start, isEnough }: CsvHead,
  dialect: Dialect,
): Header | undefined {
  const scanner = new RecordScanner(dialect, 0);
  if (scanner.scan(bytes, start, bytes.length, isEnough) !== "whole")
    return isEnough ? unusable(NEVER_CLOSED) : undefined;
  if (scanner.isBroken) return unusable("text after a closing quote in its header line");
  const fields = new RecordScanner(dialect, scanner.fields);
  fields.scan(bytes, start, bytes.length, isEnough);
  if (!isUtf8(bytes.subarray(start, fields.end)))
    return unusable("its header line is not valid UTF-8: save the file as UTF-8");
  const columns = Array.from({ length: fields.fields }, (_, index) =>
    columnName(bytes, fields, index),
  );
  const error = problemOf(columns);
  return error === undefined ? { kind: "columns", columns, end: fields.end } : unusable(error);
}

function columnName(bytes: Buffer, { starts, ends, flags }: RecordScanner, index: number): string {
  const text = bytes.toString("utf8", starts[index], ends[index]);
  const isDoubled = ((flags[index] ?? 0) & HAS_DOUBLED_QUOTES) !== 0;
  return isDoubled ? text.replaceAll('""', '"') : text;
}

/** Names are not told: what is taken for a header may be the first record of a file without one. */
function problemOf(columns: readonly string[]): string | undefined {
  if (columns.every((name) => NUMERIC.test(name) || DATE.test(name.trim())))
    return "no header line, only numbers and dates on the first one: put the names of its columns there";
  const nameless = columns.findIndex((name) => name.trim() === "");
  if (nameless !== -1)
    return `column ${nameless + 1} has no name in its header line: name it, or leave the column out (pandas: to_csv(index=False))`;
  return repeatedName(columns);
}

/** Each name is looked at once: there may be a hundred thousand. */
function repeatedName(columns: readonly string[]): string | undefined {
  const seen = new Map<string, number>();
  for (const [index, name] of columns.entries()) {
    const first = seen.get(name);
    if (first !== undefined)
      return `columns ${first + 1} and ${index + 1} have the same name in its header line: rename one of them`;
    seen.set(name, index);
  }
  return undefined;
}

function unusable(error: string): Header {
  return { kind: "unusable", error: `CSV: ${error}` };
}
