import { acceptedIn, refusedIn } from "../../check/check-counts.ts";
import type { CheckedEventCounts, CheckSummary } from "../../check/check-summary.ts";
import type { ProblemCount } from "../../check/problem-tally.ts";
import type { PropertySummary } from "../../check/property-profile.ts";
import { fit, padTo, printable, widthOf, wrap } from "../terminal/fit.ts";
import { describeKinds } from "../terminal/kinds.ts";
import { formatBytes, formatCount, formatNumberOf } from "../terminal/table.ts";
import { describeOutcome, type Outcome } from "../terminal/verdict.ts";
import { fileTable } from "./file-table.ts";
import { formatNotes } from "./note-report.ts";
import { formatRowTables } from "./row-report.ts";
import { formatSample, type ReportStyle } from "./sample-report.ts";

const MAX_PROBLEMS = 20;
const MAX_FILES = 5;
const MAX_PROPERTIES = 40;
const MAX_NAME_COLUMNS = 40;
const MAX_EVENT_NAMES = 15;

/** The report for people, as lines of text. */
export function formatReport(summary: CheckSummary, style: ReportStyle): string {
  const { paint, columns } = style;
  const outcome = outcomeOf(summary);
  const isGood = outcome.refused === 0 && summary.ok;
  return [
    ...summary.samples.map((sample) => formatSample(sample, style)),
    ...formatRowTables(summary.rows, style),
    fileTable(summary.files),
    formatCounts(summary),
    formatProblems(summary.problems, style),
    ...formatNotes(summary, columns).map((note) => paint("doubtful", note)),
    formatEventNames(summary, style),
    formatProperties(summary.properties, style),
    wrap(describeSending(summary), columns),
    paint(isGood ? "good" : summary.ok ? "doubtful" : "bad", verdict(outcome)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function verdict(outcome: Outcome): string {
  return describeOutcome(outcome, "would be imported");
}

function outcomeOf(summary: CheckSummary): Outcome {
  return {
    read: summary.records.read,
    imported: acceptedIn(summary),
    refused: refusedIn(summary),
    leftOut: summary.records.dropped,
    unconfirmed: 0,
    isDamaged: summary.files.some(({ error }) => error !== undefined),
  };
}

function formatCounts({ records, events, profiles, groups }: CheckSummary): string {
  const read = `${formatNumberOf(records.read, "record")}: ${formatCount(records.used)} used`;
  const rest = `${formatCount(records.dropped)} left out, ${formatCount(records.unusable)} unusable`;
  const updates = describeKinds({ events: 0, profiles, groups });
  return [
    `${read}, ${rest}`,
    ...(events.produced > 0 || updates === "" ? [formatEventCounts(events)] : []),
    ...(updates === "" ? [] : [updates]),
  ].join("\n");
}

function formatEventCounts({ produced, accepted, rejected, idsAdded }: CheckedEventCounts): string {
  const ids = idsAdded === 0 ? "" : `, ${formatCount(idsAdded)} get an $insert_id`;
  return `${formatNumberOf(produced, "event")}: ${formatCount(accepted)} accepted, ${formatCount(rejected)} rejected${ids}`;
}

function formatProblems(
  problems: readonly ProblemCount[],
  { paint, columns }: ReportStyle,
): string {
  if (problems.length === 0) return "";
  const rows = problems
    .slice(0, MAX_PROBLEMS)
    .flatMap((problem) => formatProblem(problem, columns));
  const rest = problems.length - MAX_PROBLEMS;
  const more = rest > 0 ? [`  and ${formatCount(rest)} more`] : [];
  return [paint("heading", "Problems"), ...rows, ...more].join("\n");
}

function formatProblem(
  { reason, field, error, records, places }: ProblemCount,
  columns: number,
): string[] {
  const what = [reason, field, error].filter((text) => text !== "").join(", ");
  const shown = places.slice(0, MAX_FILES).map(({ file, lines }) => {
    const where = `${isOne(lines) ? "line" : "lines"} `;
    const room = columns - 6 - where.length;
    const name = printable(file);
    // At least half of the line for the name, and the rest for lines, in whole ranges.
    const shownLines = cutRanges(lines, Math.max(room - widthOf(name), Math.floor(room / 2)));
    return `    ${fit(name, room - shownLines.length)}, ${where}${shownLines}`;
  });
  const rest = places.length - shown.length;
  return [
    `  ${wrap(`${formatCount(records)}  ${printable(what)}`, columns - 2, "     ")}`,
    ...shown,
    ...(rest > 0 ? [`    and ${formatCount(rest)} more files`] : []),
  ];
}

function isOne(lines: string): boolean {
  return /^\d+$/.test(lines);
}

/** Whole ranges only. */
function cutRanges(lines: string, columns: number): string {
  if (lines.length <= columns) return lines;
  const end = lines.lastIndexOf(",", columns - 5);
  return end <= 0 ? "..." : `${lines.slice(0, end)}, ...`;
}

function formatEventNames({ eventNames }: CheckSummary, { paint, columns }: ReportStyle): string {
  if (eventNames.length === 0) return "";
  const rows = eventNames
    .slice(0, MAX_EVENT_NAMES)
    .map(({ name, events }) =>
      fit(`  ${formatCount(events).padStart(11)}  ${printable(name)}`, columns),
    );
  const rest = eventNames.length - rows.length;
  const more = rest > 0 ? [`  and ${formatCount(rest)} more names`] : [];
  return [paint("heading", "Events"), ...rows, ...more].join("\n");
}

function formatProperties(
  properties: readonly PropertySummary[],
  { paint, columns }: ReportStyle,
): string {
  if (properties.length === 0) return "";
  const shown = properties.slice(0, MAX_PROPERTIES);
  const width = Math.min(
    Math.max(...shown.map(({ name }) => widthOf(printable(name)))),
    MAX_NAME_COLUMNS,
  );
  const rows = shown.map(({ name, share, types }) => {
    const percent = `${(share * 100).toFixed(1)}%`.padStart(7);
    const column = padTo(fit(printable(name), width), width);
    return fit(`  ${column} ${percent}  ${Object.keys(types).join(", ")}`, columns);
  });
  const rest = properties.length - rows.length;
  const more = rest > 0 ? [`  and ${formatCount(rest)} more`] : [];
  return [paint("heading", "Properties"), ...rows, ...more].join("\n");
}

function describeSending({ sending }: CheckSummary): string {
  const { bytes, requests, seconds } = sending;
  const time = seconds < 1 ? "less than a second" : `at least ${Math.ceil(seconds)} s`;
  return `To send: ${formatBytes(bytes)} in ${formatNumberOf(requests, "request")}, ${time} at Mixpanel's rate limit.`;
}
