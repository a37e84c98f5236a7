import { MAX_TABLE_CALLS } from "../limits.ts";
import { csvRows } from "./csv-rows.ts";

/** A lookup table of a project; it has to be made in Mixpanel's web application first. */
export interface LookupTableSettings {
  readonly id: string;
  readonly name: string;
}

/** A row that keeps a table from being replaced. */
export interface FailedRow {
  /** Of the rows below the header, from 0 (inferred: whether the header counts is not told). */
  readonly index: number;
  readonly message: string;
}

/** A project's lookup tables: https://docs.mixpanel.com/docs/data-structure/lookup-tables. */
export interface LookupTableStore {
  /** With the rows each has now, the header not counted. */
  list(): readonly (LookupTableSettings & { readonly rows: number })[];
  /** Counts a call of the last 24 hours in; false when there were 100 of them. */
  admit(): boolean;
  /** Replaces a table entirely or not at all. Returns the rows that are bad, or `unknown`. */
  replace(id: string, csv: string): "unknown" | readonly FailedRow[];
  clear(): void;
}

const WINDOW_MS = 86_400_000;

/** @param now milliseconds since 1970 */
export function createLookupTableStore(
  settings: readonly LookupTableSettings[],
  now: () => number,
): LookupTableStore {
  const rows = new Map<string, readonly (readonly string[])[]>();
  let calls: number[] = [];
  return {
    list: () => settings.map((table) => ({ ...table, rows: rows.get(table.id)?.length ?? 0 })),
    admit: () => {
      calls = calls.filter((atMs) => atMs > now() - WINDOW_MS);
      if (calls.length >= MAX_TABLE_CALLS) return false;
      calls.push(now());
      return true;
    },
    replace: (id, csv) => {
      if (!settings.some((table) => table.id === id)) return "unknown";
      const [header, ...body] = csvRows(csv) ?? [];
      if (header === undefined) return [{ index: 0, message: "invalid CSV" }];
      const failed = failedRows(header.length, body);
      if (failed.length === 0) rows.set(id, body);
      return failed;
    },
    clear: () => {
      rows.clear();
      calls = [];
    },
  };
}

/** Observed and documented messages: https://docs.mixpanel.com/reference/replace-lookup-table. */
function failedRows(columns: number, rows: readonly (readonly string[])[]): readonly FailedRow[] {
  const firstOf = new Map<string, number>();
  return rows.flatMap((row, index) => {
    const [key = ""] = row;
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, index);
    const message = messageOf(row.length === columns, key, first, index);
    return message === undefined ? [] : [{ index, message }];
  });
}

function messageOf(
  isComplete: boolean,
  key: string,
  first: number | undefined,
  index: number,
): string | undefined {
  if (!isComplete) return "invalid row: wrong number of fields";
  if (key.trim() === "") return "primary key is required and cannot be blank";
  if (first === undefined) return undefined;
  return `invalid row: row indexes ${first} and ${index} have the same primary key`;
}
