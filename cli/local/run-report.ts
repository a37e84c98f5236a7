import { ENTRY_POINTS } from "../../functions/settings.ts";
import { type RunFacts, sumUp } from "../../local/run/account.ts";
import type { RunCosts, RunFiles, RunResult } from "../../local/run/run-result.ts";
import { formatCount } from "../terminal/table.ts";
import { describeOutcome, type Outcome } from "../terminal/verdict.ts";
import { reasonTable, resultTable } from "./result-table.ts";

const MAX_PROBLEMS = 20;

/** The result for people: what was imported, why the rest was not, and where everything lies. */
export function describeResult({ facts, summary, costs, files }: RunResult): string {
  const { receipts, messages, deadLetters, mixpanel } = facts;
  const messageRow = messages.published > 0 ? { ...messages, ...costs.messages } : undefined;
  const table = resultTable(receipts, messageRow, { ...sumUp(facts), ...costs.total });
  const reasons = reasonTable(deadLetters);
  return [
    ...(table === "" ? [] : ["", table]),
    ...(reasons === "" ? [] : ["", "Not imported:", reasons]),
    "",
    `Mixpanel has ${formatCount(mixpanel.distinctEvents)} distinct events, from ${formatCount(mixpanel.requests)} requests.`,
    ...describeMemory(costs.peakMemoryBytes),
    ...describeFiles(files),
    "",
    describeOutcome(outcomeOf(facts), "imported"),
    ...describeVerdict({ facts, summary }),
  ].join("\n");
}

function outcomeOf(facts: RunFacts): Outcome {
  const { records, events } = sumUp(facts);
  return {
    read: records.read,
    imported: events.imported,
    refused: records.unusable + events.rejected,
    leftOut: records.dropped,
  };
}

function describeVerdict({ facts, summary }: Pick<RunResult, "facts" | "summary">): string[] {
  const { failure } = facts;
  const { ok, problems = [] } = summary;
  if (ok) return ["Every record is accounted for."];
  if (failure !== undefined) return ["", failure];
  const shown = problems.slice(0, MAX_PROBLEMS);
  if (problems.length > shown.length)
    shown.push(`and ${problems.length - shown.length} more problems.`);
  return ["", "Not in order:", ...shown.map((problem) => `  ${problem}`)];
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
