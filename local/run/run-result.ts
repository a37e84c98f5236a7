import { writeFileSync } from "node:fs";
import path from "node:path";

import type { EntryPoint } from "../../functions/settings.ts";
import type { RunFacts } from "./account.ts";
import type { RunSummary } from "./summary.ts";

/** What importing something took. */
export interface Throughput {
  /** 0 where it means nothing, as for messages that came now and then. */
  readonly seconds: number;
  /** Uncompressed. */
  readonly bytes: number;
}

/** What the run took. */
export interface RunCosts {
  readonly messages: Throughput;
  readonly total: Throughput;
  /** Of each function's process; undefined where it cannot be told. */
  readonly peakMemoryBytes: Readonly<Record<EntryPoint, number | undefined>>;
}

/** Where everything lies that a run leaves behind; undefined where there is nothing. */
export interface RunFiles {
  readonly receipts: string | undefined;
  readonly deadLetters: string | undefined;
  readonly log: string;
}

/** How a run ended: for programs (`summary`), and what is told to people besides. */
export interface RunResult {
  readonly facts: RunFacts;
  readonly summary: RunSummary;
  readonly costs: RunCosts;
  readonly files: RunFiles;
  /** Files of which nothing is imported: without a byte, or not meant by the settings. */
  readonly skippedFiles: readonly { readonly name: string; readonly reason: string }[];
}

/** Files of a run's folder. */
export const RUN_FILES = {
  receipts: "receipts.ndjson",
  deadLetters: "dead-letters.ndjson",
  log: "functions.log",
} as const;

/** Writes the receipts to the run's folder, where the dead letters and the log are already. */
export function writeRunFiles({ receipts, deadLetters }: RunFacts, workFolder: string): RunFiles {
  const fileOf = (name: string): string => path.join(workFolder, name);
  const hasReceipts = receipts.length > 0;
  if (hasReceipts)
    writeFileSync(
      fileOf(RUN_FILES.receipts),
      receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join(""),
    );
  const hasDeadLetters = deadLetters.records + deadLetters.undelivered > 0;
  return {
    receipts: hasReceipts ? fileOf(RUN_FILES.receipts) : undefined,
    deadLetters: hasDeadLetters ? fileOf(RUN_FILES.deadLetters) : undefined,
    log: fileOf(RUN_FILES.log),
  };
}
