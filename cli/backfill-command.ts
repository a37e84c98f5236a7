import { setTimeout as delay } from "node:timers/promises";

import { Option, type Command } from "commander";

import { systemClock } from "../functions/platform/clock.ts";
import { UserError } from "../functions/platform/user-error.ts";
import { planBackfill, type BackfillPlan } from "./backfill/plan-backfill.ts";
import { formatPlan } from "./backfill/plan-report.ts";
import { formatResult, isInOrder } from "./backfill/result-report.ts";
import { runBackfill, type BackfillResult, type OnItsWay } from "./backfill/run-backfill.ts";
import { continueCommand } from "./backfill/shell-commands.ts";
import { countNotInOrder } from "./backfill/earlier-receipts.ts";
import { describeWait } from "./backfill/describe-wait.ts";
import { summarizeBackfill } from "./backfill/summary.ts";
import { parseTarget } from "./backfill/target.ts";
import { INSTANT_FORMS, parseInstant } from "./parse-instant.ts";
import { connect, type Connection } from "./stack/connect.ts";
import { stackArguments } from "./stack/stack-arguments.ts";
import { addStackOptions, type StackFlags } from "./stack/stack-options.ts";
import { confirm } from "./terminal/confirm.ts";
import { showCounter } from "./terminal/counter.ts";
import { printable } from "./terminal/fit.ts";
import { styleOf } from "./terminal/style.ts";
import { formatNumberOf } from "./terminal/table.ts";

interface BackfillFlags extends StackFlags {
  readonly again?: true;
  readonly since?: string;
  readonly quarantine?: "off";
  readonly dryRun?: true;
  readonly yes?: true;
  readonly strict?: true;
  readonly json?: true;
}

const FAILED = 1;
const INTERRUPTED = 130;

const EXAMPLES = `
PREFIX is what the names begin with; an object of exactly that name is meant
alone. With * ? [ ] or { } it is a glob as in includeObjects, to be quoted.

Examples:
  npx --no mixpanel-gcp backfill gs://bucket/2026-11/   what has no receipt
  npx --no mixpanel-gcp backfill 'gs://bucket/2026-*/*.json'         a glob
  npx --no mixpanel-gcp backfill gs://bucket/ --dry-run
  npx --no mixpanel-gcp backfill gs://bucket/2026/ --again      after a fix
  npx --no mixpanel-gcp backfill gs://bucket/a.ndjson --again --quarantine off

Exit code: 0 = all is imported, or was before, 1 = no object matches, or one is,
or was before, quarantined, cut off, unreadable, deleted, or nothing of it was
imported; it has no receipt in time, or nobody can tell (--strict: a record was
refused), 2 = wrong usage, 130 = interrupted.`;

/** `backfill gs://BUCKET/PREFIX`. `setExitCode` is told when it is not in order. */
export function addBackfillCommand(
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("backfill")
    .description(
      "Imports objects of the landing bucket that were there before the stack, a few at a time. Shows what that takes, and asks. Skips what has a receipt: run again, it goes on.",
    )
    .argument("<gs://BUCKET/PREFIX>", "the landing bucket's name, and which of its objects")
    .option("--again", "also what has a receipt: import it once more, and replace the receipt")
    .option("--since <TIME>", "with --again: not what has a receipt from after TIME (RFC 3339)")
    .addOption(
      new Option("--quarantine <off>", "import objects even if most of them is refused").choices([
        "off",
      ]),
    )
    .option("--dry-run", "only show what it would take")
    .option("--yes", "do not ask")
    .option("--strict", "exit 1 when any record was refused")
    .option("--json", "print one summary as JSON on standard output, and nothing else there");
  addStackOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (given: string, flags: BackfillFlags) => {
      setExitCode(await backfill(given, flags, signal));
    });
}

async function backfill(given: string, flags: BackfillFlags, signal: AbortSignal): Promise<number> {
  const target = parseTarget(given);
  const { again = false, since } = flags;
  requireTime(again, since);
  const connection = await connect(flags, signal);
  const plan = await withListingShown((onListed) =>
    planBackfill(connection, { target, again, since }, onListed),
  );
  // What is asked about has to be seen; with --json the report has no place on standard output.
  const shownOn = flags.json ? process.stderr : process.stdout;
  shownOn.write(`${formatPlan(plan, styleOf(shownOn), stackArguments(flags))}\n`);

  const { matching, estimate, earlier } = plan.survey;
  const isToRun = estimate.objects > 0 && flags.dryRun !== true;
  const question = `Import ${formatNumberOf(estimate.objects, "object")}?`;
  if (!isToRun || !(await askAt(question, flags, signal))) {
    const ok = matching > 0 && countNotInOrder(earlier) === 0;
    if (flags.json) printJson(summarizeBackfill(plan, undefined, ok));
    return ok ? 0 : FAILED;
  }
  return await run(connection, plan, flags);
}

function requireTime(again: boolean, since: string | undefined): void {
  if (since === undefined) return;
  if (!again) throw new UserError("--since is for --again: give both, or neither.", 2);
  if (parseInstant(since) === undefined)
    throw new UserError(`--since ${printable(since)}: give ${INSTANT_FORMS}.`, 2);
}

function askAt(question: string, flags: BackfillFlags, signal: AbortSignal): Promise<boolean> {
  const { stdin: input, stderr: output } = process;
  return confirm({ question, yes: flags.yes === true, input, output, signal });
}

async function withListingShown<T>(work: (onListed: (count: number) => void) => Promise<T>) {
  let listed = 0;
  const look = () => ({ done: listed, total: undefined });
  const counter = showCounter(process.stderr, { things: "objects listed", look, ...systemClock });
  try {
    return await work((count) => (listed = count));
  } finally {
    counter.stop();
  }
}

async function run(
  connection: Connection,
  plan: BackfillPlan,
  flags: BackfillFlags,
): Promise<number> {
  const result = await runShown(connection, plan, flags);
  const { earlier } = plan.survey;
  const ok = isInOrder(result, flags.strict === true) && countNotInOrder(earlier) === 0;
  const total = plan.survey.estimate.objects;
  const continueWith = continueCommand({
    target: plan.selection.target.given,
    again: plan.selection.again,
    since: plan.selection.since,
    quarantineOff: flags.quarantine === "off",
    strict: flags.strict === true,
    stack: flags,
  });
  if (flags.json) printJson(summarizeBackfill(plan, { ...result, continueWith }, ok));
  else {
    const { stdout } = process;
    stdout.write(`\n${formatResult(result, { total, continueWith }, styleOf(stdout))}\n`);
  }
  if (result.isInterrupted) return INTERRUPTED;
  if (result.failure !== undefined) throw result.failure;
  return ok ? 0 : FAILED;
}

async function runShown(
  connection: Connection,
  plan: BackfillPlan,
  flags: BackfillFlags,
): Promise<BackfillResult> {
  let done = 0;
  let onTheirWay: readonly OnItsWay[] = [];
  const look = () => {
    const note = describeWait(onTheirWay, systemClock.now());
    return { done, total: plan.survey.estimate.objects, ...(note !== undefined && { note }) };
  };
  const counter = showCounter(process.stderr, { things: "objects", look, ...systemClock });
  try {
    return await runBackfill(connection, {
      ...plan,
      now: systemClock.now,
      // Ctrl-C ends a pause at once.
      sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
      quarantineOff: flags.quarantine === "off",
      onProgress: ({ finished, skipped, withoutReceipt, unknown, waiting, gone }, waited) => {
        done = finished + skipped + withoutReceipt + unknown + waiting + gone;
        onTheirWay = waited;
      },
    });
  } finally {
    counter.stop();
  }
}

function printJson(summary: object): void {
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}
