import type { RowTable } from "../../check/row-table.ts";
import { fit, padTo, printable, widthOf } from "../terminal/fit.ts";
import type { ReportStyle } from "./sample-report.ts";

const MAX_TABLES = 3;
const MAX_COLUMNS = 40;
const MAX_NAME_COLUMNS = 40;

const DELIMITERS: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

/** What files of rows look like, and the transform that they would take. */
export function formatRowTables(
  tables: readonly RowTable[] | undefined = [],
  style: ReportStyle,
): readonly string[] {
  return tables.slice(0, MAX_TABLES).map((table) => formatTable(table, style));
}

function formatTable(table: RowTable, { paint, columns }: ReportStyle): string {
  const shown = table.columns.slice(0, MAX_COLUMNS);
  const width = Math.min(
    Math.max(...shown.map(({ name }) => widthOf(printable(name)))),
    MAX_NAME_COLUMNS,
  );
  const rows = shown.map(({ name, share }) => {
    const percent = `${(share * 100).toFixed(1)}%`.padStart(7);
    return fit(`  ${padTo(fit(printable(name), width), width)} ${percent}`, columns);
  });
  const rest = table.columns.length - shown.length;
  return [
    paint("heading", fit(`${printable(table.file)}: ${describe(table)}`, columns)),
    ...rows,
    ...(rest > 0 ? [`  and ${rest} more columns`] : []),
    ...(table.proposal === undefined ? [] : proposalLines(table.proposal)),
  ].join("\n");
}

function describe({ format, delimiter, columns }: RowTable): string {
  const what = format === "csv" ? "CSV" : format === "parquet" ? "Parquet" : format;
  const separated =
    delimiter === undefined
      ? ""
      : `, separated by ${DELIMITERS[delimiter] ?? JSON.stringify(delimiter)}`;
  const count = columns.length === 1 ? "1 column" : `${columns.length} columns`;
  return `${what}${separated}, ${count}`;
}

/** Not cut: it is there to be copied. */
function proposalLines(proposal: string): readonly string[] {
  const what = proposal.includes("profileFromRow") ? "updates of users" : "events";
  const lines = proposal.split("\n").map((line) => (line === "" ? "" : `  ${printable(line)}`));
  return [
    "",
    `To make ${what} of these rows, in functions/transform.ts, looked over:`,
    "",
    ...lines,
  ];
}
