import { fit, printable, wrap } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatCount, formatNumberOf } from "../terminal/table.ts";
import { formatExample } from "./example-text.ts";
import type { LetterGroup, LettersEnd, ReplayReport } from "./plan.ts";
import type { SavedLetters } from "./save-letters.ts";

const MAX_SHOWN = 20;
const INDENT = "    ";

/** What was done, or would be. */
export type Tense = "would" | "did";

/** What a report is about. */
export interface ReportSubject {
  readonly tense: Tense;
  /** The letters are in a file, where what is not repaired stays. @default false */
  readonly isOfFile?: boolean;
}

/** A report for people: each group in a few lines, and the sum of it. */
export function formatReport(
  report: ReplayReport,
  subject: ReportSubject,
  style: TextStyle,
): string {
  const { groups, total } = report;
  const { tense } = subject;
  const shown = groups.slice(0, MAX_SHOWN).map((group) => formatGroup(group, subject, style));
  const more = groups.length - MAX_SHOWN;
  return [
    ...shown,
    ...(more > 0 ? [`and ${formatNumberOf(more, "more group")}: --json lists them`, ""] : []),
    ...(total.letters === 0 ? [] : [formatTotal(report, tense, style)]),
    ...formatRefusedAgain(report, style),
    ...formatOthers(report),
    ...formatMissing(report, style),
  ].join("\n");
}

/** The functions' checks come behind the stack's transform, which may be any. */
function formatRefusedAgain(
  { refusedAgain }: ReplayReport,
  { paint, columns }: TextStyle,
): string[] {
  if (refusedAgain === 0) return [];
  const text = `${formatNumberOf(refusedAgain, "record")} would be refused again, unless the transform of the stack mends them.`;
  return [paint("doubtful", wrap(text, columns))];
}

/** A report of no letters at all. */
export function formatNone(end: LettersEnd, style: TextStyle): string {
  const areNone = end.missing === 0 && end.expected !== null;
  return areNone
    ? "There are no dead letters."
    : ["No dead letters came.", ...formatMissing(end, style)].join("\n");
}

function formatGroup(group: LetterGroup, subject: ReportSubject, style: TextStyle): string {
  const { reason, field, error, letters, records, source, sample, examples } = group;
  const { paint, columns } = style;
  const line = (text: string): string => fit(INDENT + printable(text), columns);
  const problem = [field, error].filter((text) => text !== "").join(": ");
  const heading = [formatNumberOf(letters, "dead letter"), reason || "no reason", problem];
  return [
    paint("heading", fit(printable(heading.filter((text) => text !== "").join(", ")), columns)),
    ...(source === "" ? [] : [line(`from ${source}`)]),
    ...(group.isMerged ? [line("of more fields, errors or sources than are kept apart")] : []),
    line(`${formatNumberOf(records, "record")}, the first at ${sample}`),
    ...describeFuture(group, subject).map((text, index) =>
      index === 0 ? paint(group.action === "leave" ? "bad" : "good", line(text)) : line(text),
    ),
    ...examples.flatMap((example) => formatExample(example, style)),
    "",
  ].join("\n");
}

/** What becomes of a group. */
function describeFuture(group: LetterGroup, { tense, isOfFile }: ReportSubject): string[] {
  const { action, why, sent, dropped, unrepaired, repairError, refusedAgain, refusal } = group;
  const place = isOfFile === true ? "in the file only: keep it" : "left as dead letters";
  const repair = [
    ...(dropped === 0 ? [] : [`the repair leaves ${formatCount(dropped)} out`]),
    ...(unrepaired === 0
      ? []
      : [`${formatCount(unrepaired)} not repaired, ${place}: ${repairError}`]),
    ...(refusedAgain === 0
      ? []
      : [`${formatCount(refusedAgain)} would be refused again: ${refusal}`]),
  ];
  const sends = tense === "did" ? "sent" : "to be sent";
  switch (action) {
    case "leave":
      return why === "" ? repair : [`left: ${why}`];
    case "object":
      return [
        tense === "did" ? "its object is imported again" : "its object: to be imported again",
      ];
    case "forward":
      return [`${sends} unchanged to the topic of its subscription`];
    case "records":
      return [`${formatCount(sent)} ${sends} to the events topic`, ...repair];
  }
}

function formatTotal({ total }: ReplayReport, tense: Tense, { paint, columns }: TextStyle): string {
  const { letters, replaced, left, sent, unrepaired } = total;
  const parts = [
    `${formatCount(replaced)} of ${formatNumberOf(letters, "dead letter")} ${tense === "did" ? "replayed" : "to be replayed"}`,
    `${formatCount(sent)} ${tense === "did" ? "sent" : "to be sent"}`,
    `${formatCount(left)} left`,
    ...(unrepaired === 0 ? [] : [`${formatNumberOf(unrepaired, "record")} not repaired`]),
  ];
  const text = wrap(`${parts.join(", ")}.`, columns);
  return paint(left + unrepaired === 0 ? "good" : "doubtful", text);
}

/** What was not taken. */
export function formatOthers({ others, later }: Pick<ReplayReport, "others" | "later">): string[] {
  return [
    ...(others === 0
      ? []
      : [`${formatNumberOf(others, "other dead letter")} left: not meant, or beyond the limit.`]),
    ...(later === 0
      ? []
      : [`${formatCount(later)} came after the start: they are for the next run.`]),
  ];
}

/** What is known of, and did not come: whether all is done is not known then. */
function formatMissing(end: LettersEnd, { paint, columns }: TextStyle): string[] {
  const { expected, missing, seen, measuredAt, full } = end;
  if (full) {
    const text = `It stopped after ${formatNumberOf(seen, "dead letter")}: more cannot be kept from other readers at once, and those that are not meant count, too. Replay them, or save them with --to, and run it again for the rest.`;
    return [paint("doubtful", wrap(text, columns))];
  }
  if (expected === null)
    return [
      wrap(
        "Whether another reader holds dead letters is not known: there are no metrics to be had (roles/monitoring.viewer).",
        columns,
      ),
    ];
  if (missing === 0) return [];
  const counted =
    measuredAt === ""
      ? `there were ${formatCount(expected)}`
      : `the metrics of ${measuredAt.replace(/\.\d+/, "")} count ${formatCount(expected)}`;
  const text = `${formatNumberOf(missing, "dead letter")} did not come: ${counted}, and ${formatCount(seen)} came. Another reader may hold them (another replay, status FILE, the console, gcloud pull), or they were dealt with since then. Run it again in 10 minutes: what is held has come back by then, and the metrics are newer.`;
  return [paint("doubtful", wrap(text, columns))];
}

/** What was written to a file. */
export function formatSaved(saved: SavedLetters, file: string, style: TextStyle): string {
  const { letters, acknowledged } = saved;
  if (letters === 0) {
    const areOthers = saved.others + saved.later > 0;
    const none = areOthers
      ? ["No dead letter is meant.", ...formatOthers(saved), ...formatMissing(saved, style)]
      : [formatNone(saved, style)];
    return [...none, `${printable(file)} is not written.`].join("\n");
  }
  const end = acknowledged ? "acknowledged: they are in the file only" : "not acknowledged";
  return [
    `${formatNumberOf(letters, "dead letter")} written to ${printable(file)}, ${end}.`,
    ...formatOthers(saved),
    ...formatMissing(saved, style),
  ].join("\n");
}
