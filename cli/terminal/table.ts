/** How a column stands: text to the left, numbers to the right. */
export type Alignment = "left" | "right";

/**
 * Rows as lines of text, their columns two spaces apart.
 *
 * @param alignments of the columns, in order; the last one holds for all that follow it
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, cell.length);

  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    const alignment = alignments[column] ?? alignments.at(-1);
    return alignment === "right" ? cell.padStart(width) : cell.padEnd(width);
  };
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** `1 event`, `1,234 events`. */
export function formatNumberOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? "" : "s"}`;
}

const UNITS = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
] as const;

/** Decimal units, as Mixpanel and Cloud Storage count: `0 B`, `12.3 kB`, `4 GB`. */
export function formatBytes(bytes: number): string {
  const [unit, size] = UNITS.find(([, least]) => bytes >= least) ?? ["B", 1];
  return `${formatCount(Math.round((bytes / size) * 10) / 10)} ${unit}`;
}

/** 1234567 as `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
