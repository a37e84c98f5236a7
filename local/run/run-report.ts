import { writeFileSync } from "node:fs";
import path from "node:path";

import type { EntryPoint } from "../../functions/settings.ts";
import { ENTRY_POINTS } from "../../functions/settings.ts";
import type { RunFacts } from "./account.ts";
import { sumUp } from "./account.ts";
import type { Throughput } from "./result-table.ts";
import { formatCount, reasonTable, resultTable } from "./result-table.ts";
import type { RunSummary } from "./summary.ts";

/** What the run took. */
export interface RunCosts {
  readonly messages: Throughput;
  readonly total: Throughput;
  /** Of each function's process; undefined where it cannot be told. */
  readonly peakMemoryBytes: Readonly<Record<EntryPoint, number | undefined>>;
}

const MAX_PROBLEMS = 20;

/**
 * The result for people: what was imported, why the rest was not, and where everything lies. Writes the
 * receipts to `receipts.ndjson` in `workFolder`, where `dead-letters.ndjson` is already.
 */
export function describeResult(
  facts: RunFacts,
  summary: RunSummary,
  costs: RunCosts,
  workFolder: string,
): string {
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
    ...describeFiles(facts, workFolder),
    ...describeVerdict(facts, summary),
  ].join("\n");
}

function describeVerdict({ failure }: RunFacts, { ok, problems = [] }: RunSummary): string[] {
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

function describeFiles({ receipts, deadLetters }: RunFacts, workFolder: string): string[] {
  const files: string[] = [];
  if (receipts.length > 0) {
    const file = path.join(workFolder, "receipts.ndjson");
    writeFileSync(file, receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join(""));
    files.push(`Receipts:     ${file}`);
  }
  if (deadLetters.records + deadLetters.undelivered > 0)
    files.push(`Dead letters: ${path.join(workFolder, "dead-letters.ndjson")}`);
  files.push(`Logs:         ${path.join(workFolder, "functions.log")}`);
  return files;
}
