import type { Receipt } from "../../functions/objects/receipt.ts";
import { rejectedIn } from "../../functions/records/counters.ts";
import type { ObjectLogLine } from "../google/object-log.ts";
import { fit, printable, wrap } from "../terminal/fit.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { formatBytes, formatCount, formatNumberOf } from "../terminal/table.ts";
import { describeFirstError, describeProgress } from "./object-table.ts";
import type { FileStory, GenerationStory } from "./read-story.ts";
import { rateOf, secondsOf } from "./receipts.ts";
import { attentionOf } from "./status-totals.ts";
import { exactSource, exactTarget } from "./exact-names.ts";
import { ageOf, describeCounters, type StatusTextOptions } from "./status-text.ts";
import type { DeadLetterPeek } from "./dead-letter-peek.ts";

const MAX_KINDS = 10;
const MAX_LOG_LINES = 10;

export type StoryTextOptions = Omit<StatusTextOptions, "title" | "landingBucket"> & {
  readonly receiptsBucket: string;
};

/** The story of a file for people. */
export function storyText(story: FileStory, options: StoryTextOptions): string {
  const { bucket, object, generations } = story;
  const { columns, paint } = options;
  return [
    paint("heading", printable(`gs://${bucket}/${object}`)),
    ...generations.flatMap((generation) => ["", ...describeGeneration(generation, options)]),
    "",
    ...describeDeadLetters(story, options),
    ...(story.logProblem === undefined
      ? []
      : [wrap(`The log is not known: ${printable(story.logProblem)}`, columns, "  ")]),
    ...story.attention.map((sentence) => paint("bad", sentence)),
    ...nextSteps(story, options.stackOptions),
  ].join("\n");
}

function describeGeneration(generation: GenerationStory, options: StoryTextOptions): string[] {
  const { row, uploadedAt, replacedAt, receiptName, log } = generation;
  const { now, paint, columns, receiptsBucket } = options;
  const size = row.size === undefined ? "" : `, ${formatBytes(row.size)}`;
  const isBad = row.receipt !== undefined && attentionOf(row.receipt) !== undefined;
  const details = [
    ["uploaded", uploadedAt === undefined ? "not in the bucket any more" : timeOf(uploadedAt, now)],
    ...(replacedAt === undefined ? [] : [["replaced", timeOf(replacedAt, now)]]),
    ...(row.detail === "" ? [] : [["why", printable(row.detail)]]),
    ...(row.progress === undefined
      ? []
      : [
          ["so far", describeProgress(row.progress, row.size)],
          ...describeCounters(row.progress).map((line) => ["", line]),
        ]),
    ...(row.receipt === undefined ? [] : describeReceipt(row.receipt)),
    ...(receiptName === undefined
      ? []
      : [["receipt", printable(`gs://${receiptsBucket}/${receiptName}`)]]),
    ...describeLog(log).map((line, index) => [index === 0 ? "log" : "", line]),
  ];
  return [
    `Generation ${row.generation}${size}: ${paint(isBad ? "bad" : "heading", printable(row.state))}`,
    ...details.map(
      ([label = "", text = ""]) => `  ${label.padEnd(11)}  ${fit(text, room(label, columns))}`,
    ),
  ];
}

/** A place that can be copied is never cut. */
function room(label: string, columns: number): number {
  return label === "receipt" ? Infinity : columns - 15;
}

function describeReceipt(receipt: Receipt): string[][] {
  if (receipt.finishedAt === "") return [];
  const { firstError, runs, requests, retries, events, startedAt, finishedAt, code } = receipt;
  const rate = rateOf(receipt);
  const seconds = secondsOf(receipt);
  const took = [
    ...(Number.isNaN(seconds) ? [] : [`${seconds.toFixed(1)} s`]),
    ...(rate === undefined ? [] : [`${rate.toFixed(1)} MB/s`]),
    `in ${formatNumberOf(runs, "run")}`,
  ].join(", ");
  return [
    ...describeCounters(receipt).map((line) => ["", line]),
    ...(events.idsAdded > 0 ? [["", `${formatCount(events.idsAdded)} ids added`]] : []),
    ...(firstError === null ? [] : [["first error", describeFirstError(firstError)]]),
    ["took", took],
    ["", printable(`from ${startedAt} to ${finishedAt}`)],
    ["requests", `${formatCount(requests)}, repeated: ${formatCount(retries)}`],
    ["code", printable(code.slice(0, 12))],
  ];
}

/** The latest lines, oldest first. */
function describeLog(log: readonly ObjectLogLine[]): string[] {
  return log.slice(-MAX_LOG_LINES).map(({ timestamp, message, fields }) => {
    const { reason, run, seconds } = fields;
    const told = [
      ...(typeof run === "number" ? [`run ${run}`] : []),
      ...(typeof reason === "string" ? [reason] : []),
      ...(typeof seconds === "number" ? [`${seconds.toFixed(1)} s`] : []),
    ].join(", ");
    return printable(`${timestamp}  ${message}${told === "" ? "" : `: ${told}`}`);
  });
}

function timeOf(at: string, now: number): string {
  return `${at} (${ageOf(at, now)} ago)`;
}

function describeDeadLetters({ deadLetters, generations }: FileStory, options: StoryTextOptions) {
  const { columns, paint } = options;
  if ("problem" in deadLetters)
    return [wrap(`Dead letters: not known. ${printable(deadLetters.problem)}`, columns, "  ")];
  const { kinds, messages, isPartial, isPutBack } = deadLetters.value;
  const end = isPutBack ? "put back" : "not put back: they come back in minutes";
  const peeked = `${formatNumberOf(messages, "message")} looked at and ${end}${isPartial ? "; there may be more" : ""}`;
  const shown = kinds.slice(0, MAX_KINDS);
  return [
    paint("heading", `Dead letters (${peeked})`),
    ...(kinds.length === 0
      ? [`  ${wrap(noDeadLetters(generations, isPartial), columns - 2, "  ")}`]
      : []),
    ...shown.map((kind) => describeKind(kind, generations.length > 1, columns)),
    ...(kinds.length > shown.length
      ? [`  and ${formatCount(kinds.length - shown.length)} more`]
      : []),
  ];
}

function noDeadLetters(generations: readonly GenerationStory[], isPartial: boolean): string {
  const refused = generations.reduce(
    (sum, { row: { receipt } }) =>
      sum + (receipt === undefined ? 0 : receipt.records.unusable + rejectedIn(receipt)),
    0,
  );
  if (isPartial) return "None of this file among those.";
  if (refused === 0) return "None of this file.";
  return `None of this file: those of its ${formatCount(refused)} refused records were replayed, have expired, or are held by another reader.`;
}

function describeKind(
  { generation, reason, field, error, records, lines }: DeadLetterPeek["kinds"][number],
  hasSeveral: boolean,
  columns: number,
): string {
  const problem = [field, error].filter((text) => text !== "").join(": ");
  const of = hasSeveral ? ` of #${generation}` : "";
  const what = [reason, problem].filter((text) => text !== "").join(", ");
  const place = lines === "" || lines === "0" ? "" : ` (line ${fit(lines, 30)})`;
  return `  ${wrap(`${formatCount(records)}${of}  ${printable(`${what}${place}`)}`, columns - 2, "     ")}`;
}

/** Commands to copy. */
function nextSteps(story: FileStory, stackOptions: string): string[] {
  const [latest] = story.generations;
  if (latest === undefined) return [];
  const { bucket, object } = story;
  const url = shellWord(exactTarget(bucket, object));
  const source = shellWord(exactSource(`gs://${bucket}/${object}`));
  const command = `npx --no mixpanel-gcp`;
  const kinds = "value" in story.deadLetters ? story.deadLetters.value.kinds : [];
  const hasRecords = kinds.some(
    ({ reason }) => reason !== "quarantined" && reason !== "unreadable",
  );
  const { state, isLive } = latest.row;
  const again = isLive && latest.row.receipt !== undefined;
  const steps = [
    ...(hasRecords
      ? [
          [
            "See what was refused, and send it again:",
            `${command} replay${stackOptions} --source ${source} --dry-run`,
          ],
        ]
      : []),
    ...(again && state === "quarantined"
      ? [
          [
            "Import it in spite of the quarantine:",
            `${command} backfill${stackOptions} ${url} --again --quarantine off`,
          ],
        ]
      : []),
    ...(again && state !== "quarantined" && attentionOf(latest.row.receipt) !== undefined
      ? [
          [
            "Import it once more, when the cause is removed:",
            `${command} backfill${stackOptions} ${url} --again`,
          ],
        ]
      : []),
    ...(isLive && state === "waiting"
      ? [
          [
            "If it was there before the stack, import it:",
            `${command} backfill${stackOptions} ${url}`,
          ],
        ]
      : []),
  ];
  return steps.flatMap(([what = "", line = ""]) => ["", what, `  ${printable(line)}`]);
}
