import type { RecordBytes } from "../functions/event/record.ts";
import type { Format } from "../functions/formats/registry.ts";
import { isObject, parseJson } from "../functions/platform/json.ts";
import { proposeMapping, type ColumnSample } from "./propose-mapping.ts";

/** What a file of rows looks like. */
export interface RowTable {
  readonly file: string;
  /** `csv`, `parquet`. */
  readonly format: string;
  /** What separates the columns, of CSV. */
  readonly delimiter?: string;
  /** In the file's order. */
  readonly columns: readonly ColumnSummary[];
  /**
   * A transform that makes events of the rows, as code to paste; left out when they are events as
   * they are, or there is a transform already.
   */
  readonly proposal?: string;
}

/** One column of a file of rows. */
export interface ColumnSummary {
  readonly name: string;
  /** Of the rows looked at, from 0 to 1: those with a value. */
  readonly share: number;
}

/** Enough to know a file by; what follows would only take time. */
const MAX_ROWS = 10_000;

/** Looks at the first rows of a file. */
export class RowTableBuilder {
  readonly #file: string;
  readonly #format: Format;
  readonly #columns = new Map<string, { values: number; first: unknown }>();
  #rows = 0;

  constructor(file: string, format: Format) {
    this.#file = file;
    this.#format = format;
    if (format.name !== "csv") return;
    for (const name of format.columns ?? []) this.#columns.set(name, { values: 0, first: null });
  }

  add({ bytes, start, end }: RecordBytes): void {
    if (this.#rows >= MAX_ROWS) return;
    const row = parseJson(bytes.subarray(start, end));
    if (!isObject(row)) return;
    this.#rows++;
    for (const [name, value] of Object.entries(row)) {
      const column = this.#columns.get(name) ?? { values: 0, first: null };
      this.#columns.set(name, column);
      if (value === null) continue;
      column.values++;
      column.first ??= value;
    }
  }

  /** @param proposes whether a transform is still to be found */
  table(proposes: boolean): RowTable {
    const columns = [...this.#columns];
    const samples: ColumnSample[] = columns.map(([name, { first }]) => ({ name, first }));
    const proposal = proposes ? proposeMapping(samples) : undefined;
    return {
      file: this.#file,
      format: this.#format.name,
      ...(this.#format.name === "csv" && { delimiter: this.#format.delimiter }),
      columns: columns.map(([name, { values }]) => ({
        name,
        share: this.#rows === 0 ? 0 : values / this.#rows,
      })),
      ...(proposal !== undefined && { proposal }),
    };
  }
}
