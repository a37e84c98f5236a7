import type { RunFacts } from "./account.ts";
import type { Imported } from "./import-input.ts";
import { sumBytes } from "./import-input.ts";
import { readReceipts } from "./read-receipts.ts";
import type { RunInput } from "./run-input.ts";
import type { RunCosts, RunResult } from "./run-result.ts";
import { writeRunFiles } from "./run-result.ts";
import type { RunCloud, RunSession } from "./run-session.ts";
import { summarize } from "./summary.ts";

/** How a run ended. */
export interface RunEnd {
  /** Why it ended before everything was settled. */
  readonly failure: string | undefined;
  /** 0 where it means nothing. */
  readonly seconds: number;
  /** A refused record is a problem. */
  readonly isStrict: boolean;
}

/** The result of a run so far. */
export async function concludeRun(
  session: RunSession,
  input: RunInput,
  imported: Imported,
  end: RunEnd,
): Promise<RunResult> {
  const facts = await gatherFacts(session, imported, end);
  return {
    facts,
    summary: summarize(facts),
    costs: costsOf(session, input, imported, facts, end),
    files: writeRunFiles(facts, session.workFolder),
    skippedFiles: skippedFiles(input, facts),
  };
}

async function gatherFacts(
  { cloud, log, deadLetters }: RunSession,
  imported: Imported,
  { failure, isStrict }: RunEnd,
): Promise<RunFacts> {
  deadLetters.collect();
  const { received, acknowledged } = cloud.pubsub.stats(cloud.names.eventsSubscription);
  const { requests, distinctEvents, profiles } = cloud.simulator.stats();
  const { updatesApplied, users, groups } = profiles;
  return {
    uploads: imported.uploads,
    receipts: await readReceipts(cloud.bucket, cloud.names.receiptsBucket),
    skipped: log.skipped(),
    messages: { ...log.messageTotals(), published: received, acknowledged },
    deadLetters: deadLetters.totals(),
    mixpanel: { requests, distinctEvents, updatesApplied, users, groups },
    lastRefusal: lastRefusal(cloud),
    unpublished: imported.problems,
    failure,
    isStrict,
  };
}

/** Nothing is imported from files without a byte, and what is skipped. */
function skippedFiles({ files }: RunInput, { skipped }: RunFacts): RunResult["skippedFiles"] {
  const empty = files.filter(({ bytes }) => bytes === 0);
  const others = skipped.filter(({ object }) => !empty.some(({ name }) => name === object));
  return [
    ...empty.map(({ name }) => ({ name, reason: "empty" })),
    ...others.map(({ object, reason }) => ({ name: object, reason })),
  ];
}

function lastRefusal({ pubsub, names }: RunCloud): string | undefined {
  const [response] = [names.objectsSubscription, names.eventsSubscription].flatMap(
    (name) => pubsub.stats(name).lastFailure ?? [],
  );
  return response && `${response.status}: ${response.text.trim()}`;
}

function costsOf(
  { cloud: { functions } }: RunSession,
  input: RunInput,
  imported: Imported,
  { receipts }: RunFacts,
  { seconds }: RunEnd,
): RunCosts {
  const messageBytes = sumBytes(input.messageFiles);
  const objectBytes = receipts.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    messages: { seconds: Math.min(imported.messageSeconds, seconds), bytes: messageBytes },
    total: { seconds, bytes: objectBytes + messageBytes },
    peakMemoryBytes: {
      importObject: functions.importObject.usage()?.peakMemoryBytes,
      importMessages: functions.importMessages.usage()?.peakMemoryBytes,
    },
  };
}
