import {
  importedByKind,
  importedIn,
  rejectedIn,
  unconfirmedIn,
} from "../../functions/records/counters.ts";
import { ENTRY_POINTS } from "../../functions/settings.ts";
import { type RunFacts, sumUp } from "../../local/run/account.ts";
import type { RunCosts, RunFiles, RunResult } from "../../local/run/run-result.ts";
import { printable, wrap } from "../terminal/fit.ts";
import { describeMixed } from "../terminal/kinds.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatNumberOf } from "../terminal/table.ts";
import { describeOutcome, type Outcome } from "../terminal/verdict.ts";
import { reasonList } from "./reason-list.ts";
import { resultTable } from "./result-table.ts";

const MAX_PROBLEMS = 20;

/** The result for people: what was imported, why the rest was not, and where everything lies. */
export function describeResult(
  { facts, summary, costs, files, skippedFiles }: RunResult,
  style: TextStyle,
): string {
  const { receipts, messages, deadLetters, mixpanel } = facts;
  const rows = {
    receipts,
    skippedFiles,
    messages: messages.published > 0 ? { ...messages, ...costs.messages } : undefined,
    total: { ...sumUp(facts), ...costs.total },
  };
  const table = resultTable(rows, style);
  const reasons = reasonList(deadLetters.groups, style);
  return [
    ...(table === "" ? [] : ["", table]),
    ...(reasons === "" ? [] : ["", reasons]),
    "",
    ...describeKindsOf(facts, style),
    wrap(describeMixpanel(mixpanel), style.columns),
    ...describeMemory(costs.peakMemoryBytes),
    ...describeFiles(files),
    "",
    ...describeVerdict({ facts, summary }, style),
  ].join("\n");
}

/** What was imported, by kind, where events are not all. */
function describeKindsOf(facts: RunFacts, { columns }: TextStyle): string[] {
  const kinds = describeMixed(importedByKind(sumUp(facts)));
  return kinds === "" ? [] : [wrap(`Imported: ${kinds}.`, columns)];
}

function describeMixpanel({
  distinctEvents,
  users,
  groups,
  requests,
}: RunFacts["mixpanel"]): string {
  const hasProfiles = users + groups > 0;
  const things = [
    ...(distinctEvents > 0 || !hasProfiles
      ? [formatNumberOf(distinctEvents, "distinct event")]
      : []),
    ...(users > 0 ? [formatNumberOf(users, "user")] : []),
    ...(groups > 0 ? [formatNumberOf(groups, "group")] : []),
  ];
  return `Mixpanel has ${things.join(", ")}, from ${formatNumberOf(requests, "request")}.`;
}

function outcomeOf(facts: RunFacts): Outcome {
  const totals = sumUp(facts);
  const { records } = totals;
  return {
    read: records.read,
    imported: importedIn(totals),
    refused: records.unusable + rejectedIn(totals),
    leftOut: records.dropped,
    unconfirmed: unconfirmedIn(totals),
    isDamaged: facts.receipts.some(({ state }) => state !== "complete"),
  };
}

/** What happened comes last, in the colour of how it went. */
function describeVerdict(
  { facts, summary }: Pick<RunResult, "facts" | "summary">,
  { paint, columns }: TextStyle,
): string[] {
  const { failure } = facts;
  const { ok, warnings = [], problems = [] } = summary;
  const outcome = outcomeOf(facts);
  const isClean = outcome.refused + outcome.unconfirmed === 0;
  const meaning = ok ? (isClean ? "good" : "doubtful") : "bad";
  const counts = [
    ...describeOutcome(outcome, "imported")
      .split("\n")
      .map((line) => paint(meaning, wrap(line, columns))),
    ...warnings.map((warning) => paint("doubtful", wrap(warning, columns))),
  ];
  if (ok) return [...counts, "Every record is accounted for."];
  if (failure !== undefined) return [...counts, "", paint("bad", wrap(failure, columns))];
  const shown = problems.slice(0, MAX_PROBLEMS).map(printable);
  if (problems.length > shown.length)
    shown.push(`and ${problems.length - shown.length} more problems.`);
  return [
    ...counts,
    "",
    paint("bad", "Not in order:"),
    ...shown.map((problem) => `  ${wrap(problem, columns - 2, "    ")}`),
  ];
}

function describeMemory(peakMemoryBytes: RunCosts["peakMemoryBytes"]): string[] {
  const known = ENTRY_POINTS.flatMap((entryPoint) => {
    const bytes = peakMemoryBytes[entryPoint];
    return bytes === undefined ? [] : [`${entryPoint} ${Math.round(bytes / 1e6)} MB`];
  });
  return known.length === 0 ? [] : [`Most memory held: ${known.join(", ")}.`];
}

function describeFiles({ receipts, deadLetters, log }: RunFiles): string[] {
  return [
    ...(receipts === undefined ? [] : [`Receipts:     ${receipts}`]),
    ...(deadLetters === undefined ? [] : [`Dead letters: ${deadLetters}`]),
    `Logs:         ${log}`,
  ];
}
