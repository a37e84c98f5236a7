import type { Sample } from "../../check/check-summary.ts";
import { diffRecord, type MemberChange } from "../../check/record-diff.ts";
import { parseExactJson } from "../../functions/event/exact-json.ts";
import { isRecord } from "../../functions/event/transform-contract.ts";
import { fit, padTo, printable, widthOf } from "../terminal/fit.ts";
import type { Meaning, Paint } from "../terminal/paint.ts";

/** How a report looks. */
export interface ReportStyle {
  readonly paint: Paint;
  /** Of a line. */
  readonly columns: number;
}

const MAX_LINES = 40;
const MAX_NAME_COLUMNS = 26;

/** A record and what becomes of it, property by property: `-` is gone, `+` is new. */
export function formatSample(
  { file, line, before, after, note }: Sample,
  style: ReportStyle,
): string {
  const { paint, columns } = style;
  const title = paint("heading", fit(`${printable(file)}, line ${line}`, columns));
  if (after.length === 0)
    return [
      title,
      `  ${fit(printable(before), columns - 2)}`,
      paint("doubtful", `  (${printable(note ?? "nothing")})`),
    ].join("\n");
  const all = after.map((sent, index) => {
    const lines = formatSent(before, sent, style);
    if (after.length === 1) return lines;
    return [paint("aside", `  ${kindOf(sent)} ${index + 1} of ${after.length}`), ...lines];
  });
  return [title, ...shortened(all.flat())].join("\n");
}

/** By the key that the import tells it by. */
function kindOf(sent: string): string {
  const value = parseExactJson(sent, true);
  return isRecord(value) && Object.hasOwn(value, "event") ? "event" : "update";
}

function formatSent(before: string, after: string, style: ReportStyle): string[] {
  const diff = diffRecord(before, after);
  if (diff === undefined) return [`+ ${fit(printable(after), style.columns - 2)}`];
  const { members, properties } = diff;
  const width = Math.min(
    Math.max(...[...members, ...properties].map(({ name }) => widthOf(printable(name))), 0) + 2,
    MAX_NAME_COLUMNS,
  );
  return [
    ...members.flatMap((change) => formatChange(change, "", width, style)),
    // An update of a profile has none.
    ...(properties.length > 0 ? ["  properties"] : []),
    ...properties.flatMap((change) => formatChange(change, "  ", width - 2, style)),
  ];
}

function formatChange(
  change: MemberChange,
  indent: string,
  width: number,
  { paint, columns }: ReportStyle,
): string[] {
  const name = padTo(fit(printable(change.name), width), width);
  const line = (mark: string, meaning: Meaning, value: string): string =>
    paint(meaning, fit(`${mark} ${indent}${name}  ${printable(value)}`, columns));
  if (change.kind === "changed")
    return [line("-", "removed", change.before), line("+", "added", change.value)];
  if (change.kind === "same") return [line(" ", "aside", change.value)];
  return change.kind === "added"
    ? [line("+", "added", change.value)]
    : [line("-", "removed", change.value)];
}

function shortened(lines: readonly string[]): readonly string[] {
  const rest = lines.length - MAX_LINES;
  return rest > 0 ? [...lines.slice(0, MAX_LINES), `  and ${rest} more lines`] : lines;
}
