import { UnreadableContentsError } from "../damage.ts";
import type { ContentSource, FormatReader } from "../format.ts";
import type { RecordBlock } from "../record-block.ts";
import type { Position } from "../../event/record.ts";
import { MAX_HEAD_BYTES } from "../head.ts";
import { openCsv } from "./detect-csv.ts";
import { isDelimiter, type Dialect } from "./dialect.ts";
import { RecordCutter } from "./record-cutter.ts";

/** Rows of text, a line each, in columns that the first line names: CSV, TSV and their kin. */
export interface CsvFormat extends Dialect {
  readonly name: "csv";
  /**
   * Names of the columns, all different. Absent in a continuation that would become too large: they
   * are read from the beginning again.
   */
  readonly columns?: readonly string[];
}

/** Names of columns that take more than this, as JSON, are not carried in a continuation. */
const MAX_CARRIED_BYTES = 8 * 1024;

/** `format` as a continuation carries it. */
export function carriedCsv(format: CsvFormat): CsvFormat {
  const { columns, ...dialect } = format;
  return Buffer.byteLength(JSON.stringify(columns ?? [])) <= MAX_CARRIED_BYTES ? format : dialect;
}

/** Rows become records as canonical row JSON; what is broken is a record of its own bytes. */
export const csvReader: FormatReader<CsvFormat> = {
  hasRows: true,
  offsetIn: "bytes",
  carried: carriedCsv,
  decode: ({ delimiter, lineEnd, columns }) => {
    if (!isDelimiter(delimiter) || (lineEnd !== "lf" && lineEnd !== "cr")) return undefined;
    if (columns === undefined) return { name: "csv", delimiter, lineEnd };
    return areColumns(columns) ? { name: "csv", delimiter, lineEnd, columns } : undefined;
  },
  read: readRows,
};

async function* readRows(
  source: ContentSource,
  format: CsvFormat,
  start: Position,
): AsyncGenerator<RecordBlock> {
  const columns = format.columns ?? (await readColumns(source, format));
  const cutter = new RecordCutter({ dialect: format, columns, start });
  for await (const chunk of source.chunks) yield* cutter.cut(chunk);
  yield* cutter.finish(source.isCutOff?.());
}

/** @throws UnreadableContentsError when the header is not what an earlier run has read */
async function readColumns(
  { fromBeginning }: ContentSource,
  { delimiter }: CsvFormat,
): Promise<readonly string[]> {
  let head: Buffer = Buffer.alloc(0);
  let opened: ReturnType<typeof openCsv>;
  for await (const chunk of fromBeginning()) {
    head = Buffer.concat([head, chunk]);
    opened = openCsv(head, head.length >= MAX_HEAD_BYTES, { delimiter });
    if (opened !== undefined) break;
  }
  opened ??= openCsv(head, true, { delimiter });
  if (opened?.kind === "csv" && opened.format.columns !== undefined) return opened.format.columns;
  throw new UnreadableContentsError("CSV: its header line is not there any more");
}

function areColumns(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === "string") &&
    new Set(value).size === value.length
  );
}
