import { formatCount } from "../terminal/table.ts";
import { describeOutcome, type Outcome } from "../terminal/verdict.ts";
import type { CheckSummary, FileSummary, Sample } from "../../check/check-summary.ts";
import type { ProblemCount } from "../../check/problem-tally.ts";
import type { PropertySummary } from "../../check/property-profile.ts";

const MAX_TEXT = 1500;
const MAX_PROBLEMS = 20;
const MAX_FILES = 5;
const MAX_LINES_TEXT = 60;
const MAX_PROPERTIES = 40;
const MAX_EVENT_NAMES = 15;

/** The report for people, as lines of text. */
export function formatReport(summary: CheckSummary): string {
  return [
    ...summary.samples.map(formatSample),
    formatCounts(summary),
    ...summary.files.flatMap(({ file, error }) =>
      error === undefined ? [] : [`${file} could not be read to its end: ${error}.`],
    ),
    ...summary.files.filter(({ isQuarantined }) => isQuarantined).map(formatQuarantine),
    formatProblems(summary.problems),
    formatEventNames(summary),
    formatProperties(summary.properties),
    formatSending(summary),
    describeOutcome(outcomeOf(summary), "would be imported"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function outcomeOf({ records, events }: CheckSummary): Outcome {
  return {
    read: records.read,
    imported: events.accepted,
    refused: records.unusable + events.rejected,
    leftOut: records.dropped,
  };
}

function formatSample({ file, line, before, after, note }: Sample): string {
  const made = after.length === 0 ? [`(${note ?? "nothing"})`] : after.map(shorten);
  return [
    `${file}, line ${line}`,
    ` - ${shorten(before)}`,
    ...made.map((text) => ` + ${text}`),
  ].join("\n");
}

/** At the default of the setting; what is not read of it is not sent either. */
function formatQuarantine({ file }: FileSummary): string {
  return (
    `${file} WOULD BE QUARANTINED: 90 % or more of its first 1,000 records would be refused, and the ` +
    "rest would not be read. To import such files all the same: pulumi config set quarantinePercent 0"
  );
}

function formatCounts({ records, events }: CheckSummary): string {
  const read = `${formatCount(records.read)} records: ${formatCount(records.used)} used`;
  const rest = `${formatCount(records.dropped)} left out, ${formatCount(records.unusable)} unusable`;
  const sent = `${formatCount(events.produced)} events: ${formatCount(events.accepted)} accepted`;
  const ids = events.idsAdded === 0 ? "" : `, ${formatCount(events.idsAdded)} get an $insert_id`;
  return `${read}, ${rest}\n${sent}, ${formatCount(events.rejected)} rejected${ids}`;
}

function formatProblems(problems: readonly ProblemCount[]): string {
  if (problems.length === 0) return "";
  const rows = problems.slice(0, MAX_PROBLEMS).flatMap(formatProblem);
  const rest = problems.length - MAX_PROBLEMS;
  return ["Problems", ...rows, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n");
}

function formatProblem({ reason, field, error, records, places }: ProblemCount): string[] {
  const what = [reason, field, error].filter((text) => text !== "").join(", ");
  const shown = places
    .slice(0, MAX_FILES)
    .map(({ file, lines }) => `    ${file}, ${isOne(lines) ? "line" : "lines"} ${cut(lines)}`);
  const rest = places.length - shown.length;
  return [
    `  ${formatCount(records)}  ${what}`,
    ...shown,
    ...(rest > 0 ? [`    and ${rest} more files`] : []),
  ];
}

function isOne(lines: string): boolean {
  return /^\d+$/.test(lines);
}

/** Whole ranges only. */
function cut(lines: string): string {
  if (lines.length <= MAX_LINES_TEXT) return lines;
  return `${lines.slice(0, lines.lastIndexOf(",", MAX_LINES_TEXT))}, ...`;
}

function formatEventNames({ eventNames }: CheckSummary): string {
  if (eventNames.length === 0) return "";
  const rows = eventNames
    .slice(0, MAX_EVENT_NAMES)
    .map(({ name, events }) => `  ${formatCount(events).padStart(11)}  ${shorten(name)}`);
  const rest = eventNames.length - rows.length;
  return ["Events", ...rows, ...(rest > 0 ? [`  and ${rest} more names`] : [])].join("\n");
}

function formatProperties(properties: readonly PropertySummary[]): string {
  if (properties.length === 0) return "";
  const shown = properties.slice(0, MAX_PROPERTIES);
  const width = Math.min(Math.max(...shown.map(({ name }) => name.length)), 40);
  const rows = shown.map(({ name, share, types }) => {
    const percent = `${(share * 100).toFixed(1)}%`.padStart(7);
    return `  ${name.padEnd(width)} ${percent}  ${Object.keys(types).join(", ")}`;
  });
  const rest = properties.length - rows.length;
  return ["Properties", ...rows, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n");
}

function formatSending({ sending }: CheckSummary): string {
  const { bytes, requests, seconds } = sending;
  const size = `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1)} MB`;
  const time = seconds < 1 ? "less than a second" : `at least ${Math.ceil(seconds)} s`;
  return `To send: ${size} in ${formatCount(requests)} requests, ${time} at Mixpanel's rate limit.`;
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}
