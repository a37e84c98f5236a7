import { countNotInOrder, type EarlierReceipts } from "./earlier-receipts.ts";
import { shellWord } from "../terminal/shell-word.ts";
import { formatDuration } from "../terminal/counter.ts";
import { fit, printable, wrap } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatBytes, formatCount, formatNumberOf, formatTable } from "../terminal/table.ts";
import type { Estimate } from "./estimate.ts";
import type { BackfillPlan } from "./plan-backfill.ts";
import type { Survey } from "./survey.ts";

/**
 * What a backfill would do and take, as lines of text.
 *
 * @param stackOptions behind a command to copy, so that it means the same stack
 */
export function formatPlan(plan: BackfillPlan, style: TextStyle, stackOptions = ""): string {
  const { survey } = plan;
  if (survey.matching === 0) return formatNone(plan);
  return [
    formatMatching(survey, style),
    formatCounts(survey),
    ...formatNotImported(plan, style, stackOptions),
    survey.estimate.objects === 0
      ? formatNothingToDo(plan)
      : formatEstimate(survey.estimate, plan.window),
    ...formatNotes(plan, style),
  ].join("\n\n");
}

function formatNone({ selection: { target } }: BackfillPlan): string {
  const name = printable(target.given);
  return target.isPrefix
    ? `No object is named ${name} or begins with it. Look: gcloud storage ls gs://${target.bucket}/`
    : `No object matches ${name}: ** is for any number of folders, * for none.`;
}

/** Names tell whether it is what was meant. */
function formatMatching({ matching, firstName, lastName }: Survey, { paint, columns }: TextStyle) {
  const names =
    matching === 1
      ? [["name", firstName]]
      : [
          ["first", firstName],
          ["last", lastName],
        ];
  return [
    paint("heading", formatNumberOf(matching, "object")),
    ...names.map(([label = "", name = ""]) =>
      fit(`  ${label.padEnd(5)}  ${printable(name)}`, columns),
    ),
  ].join("\n");
}

function formatCounts({ estimate, again, imported, earlier, skipped }: Survey): string {
  const reasons = Object.entries(skipped).map(
    ([reason, count]) => [count, describeSkip(reason)] as const,
  );
  const rows: readonly (readonly [number, string])[] = [
    [estimate.objects - again, "to import"],
    [again, "to import again: they have a receipt"],
    [imported - countNotInOrder(earlier), "imported already: they have a receipt"],
    [
      countNotInOrder(earlier),
      `with a receipt, but not imported, or not whole: ${describe(earlier)}`,
    ],
    ...reasons,
  ];
  const shown = rows.filter(([count]) => count > 0);
  return formatTable(
    shown.map(([count, what]) => [formatCount(count), what]),
    ["right", "left"],
  );
}

/** `quarantined 3, unreadable 1` */
function describe({ notInOrder }: EarlierReceipts): string {
  return Object.entries(notInOrder)
    .map(([state, count]) => `${state} ${formatCount(count)}`)
    .join(", ");
}

/** What to do about objects whose receipt says that they are not imported. */
function formatNotImported(
  { survey: { earlier, imported }, selection: { target } }: BackfillPlan,
  { columns, paint }: TextStyle,
  stackOptions: string,
): readonly string[] {
  const { read, notInOrder } = earlier;
  const partly =
    read < imported
      ? ` Of the receipts the first ${formatCount(read)} were read: there may be more.`
      : "";
  if (countNotInOrder(earlier) === 0) return partly === "" ? [] : [wrap(partly.trim(), columns)];
  const states = Object.keys(notInOrder).map((state) =>
    state === "nothing imported" ? "complete" : state,
  );
  const prefix = shellWord(`gs://${target.bucket}/${target.prefix}`);
  const off = "quarantined" in notInOrder ? " --quarantine off" : "";
  return [
    paint(
      "doubtful",
      wrap(`What has a receipt is left alone, also what was not imported.${partly}`, columns),
    ),
    `List it:\n  npx --no mixpanel-gcp status --prefix ${prefix} --state ${states.join(",")}${stackOptions}`,
    `Import it once more, after a fix${off === "" ? "" : ", or in spite of quarantine"}:\n` +
      `  npx --no mixpanel-gcp backfill ${shellWord(target.given)} --again${off}${stackOptions}`,
  ];
}

function formatNothingToDo({ survey, selection }: BackfillPlan): string {
  const hint = "--again imports once more what has a receipt.";
  const isHintDue =
    survey.imported > 0 && !selection.again && countNotInOrder(survey.earlier) === 0;
  return `Nothing to import.${isHintDue ? ` ${hint}` : ""}`;
}

function describeSkip(reason: string): string {
  return reason === "not matching"
    ? "left out by includeObjects and excludeObjects"
    : `skipped: ${reason}`;
}

function formatEstimate(estimate: Estimate, window: number): string {
  const { bytes, uncompressedBytes, events, requests, seconds, dollars } = estimate;
  const isCompressed = uncompressedBytes > bytes;
  const size = `${formatBytes(bytes)}${isCompressed ? `, about ${formatBytes(uncompressedBytes)} uncompressed` : ""}`;
  const atATime = formatNumberOf(Math.min(window, estimate.objects), "object");
  const rows = [
    ["Size", size],
    ["Time at Mixpanel's rate limit", `at least ${formatDuration(seconds.rateLimit)}`],
    [`Time with ${atATime} at a time`, `about ${formatDuration(seconds.pace)}`],
    ["Requests to Mixpanel", `about ${formatCount(requests)}`],
    ["Events that Mixpanel's plans count", `about ${formatRounded(events)}, of 640 bytes`],
    [
      "Google Cloud: functions, storage",
      formatDollars("about", dollars.functions + dollars.storage),
    ],
    ["Google Cloud: data transfer", formatDollars("at most", dollars.transfer)],
  ];
  return formatTable(rows, ["left"]);
}

function formatNotes({ unknown }: BackfillPlan, { columns }: TextStyle): readonly string[] {
  if (unknown === undefined) return [];
  const [reason = ""] = unknown.split("\n");
  return [
    wrap(
      "What includeObjects and excludeObjects leave out is not known, and counted as to be " +
        `imported: ${printable(reason)}`,
      columns,
    ),
  ];
}

/** Two digits: it is an estimate. */
function formatRounded(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString("en-US", { maximumFractionDigits: 0 });
}

function formatDollars(how: string, dollars: number): string {
  return dollars < 0.01 ? "less than $0.01" : `${how} $${dollars.toFixed(2)}`;
}
