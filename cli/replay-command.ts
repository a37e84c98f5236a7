import type { Command } from "commander";

import { UserError } from "../functions/platform/user-error.ts";
import { askTime } from "./google/ask-time.ts";
import type { ReplayListeners, ReplayPlan, ReplayReport } from "./replay/plan.ts";
import { addReplayOptions, filterOf, refuseContradictions } from "./replay/replay-flags.ts";
import type { ReplayFlags } from "./replay/replay-flags.ts";
import { formatNone, formatReport, formatSaved, type Tense } from "./replay/replay-text.ts";
import { loadRepair, replay, saveLetters, survey } from "./replay/replay.ts";
import { keepYoungHeapSmall } from "./replay/small-young-heap.ts";
import { connect, type Connection } from "./stack/connect.ts";
import { addStackOptions } from "./stack/stack-options.ts";
import { confirm } from "./terminal/confirm.ts";
import { showCounter } from "./terminal/counter.ts";
import { styleOf } from "./terminal/style.ts";
import { formatNumberOf } from "./terminal/table.ts";

const FAILED = 1;

const EXAMPLES = `
Examples:
  npx --no mixpanel-gcp replay --dry-run           what would be sent where
  npx --no mixpanel-gcp replay --transform fix.ts --dry-run   before and after
  npx --no mixpanel-gcp replay --transform fix.ts  ask, then send them repaired
  npx --no mixpanel-gcp replay --source 'gs://bucket/2026-11-*' --since 2d --yes
  npx --no mixpanel-gcp replay --to letters.ndjson    to a file, to be edited
  npx --no mixpanel-gcp replay --from letters.ndjson  and back
  npx --no mixpanel-gcp replay --local --yes --json

Exit code: 0 = every dead letter that is meant is replayed, 1 = some are left,
did not come, or have records that are not repaired, 2 = wrong usage,
130 = interrupted (run it again: nothing is lost).`;

/** `replay`: dead letters back to where they came from. `setExitCode` is told 1 when some stay. */
export function addReplayCommand(
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("replay")
    .description(
      "Groups the dead letters of a stack by reason, field, error and source, asks, and sends them back: records and messages to the events topic, quarantined and unreadable files as files. Each is acknowledged only when what replaces it is accepted.",
    );
  addReplayOptions(addStackOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(async (flags: ReplayFlags) => {
      refuseContradictions(flags);
      keepYoungHeapSmall();
      if (flags.dryRun !== true && flags.yes !== true) requireTerminal();
      const repair =
        flags.transform === undefined
          ? undefined
          : await loadRepair(flags.transform, flags.typecheck);
      const connection = await connect(flags, signal);
      const startedAt = await askTime(connection);
      const plan: ReplayPlan = {
        filter: filterOf(flags, startedAt),
        startedAt,
        maxReplays: flags.maxReplays,
        withExamples: flags.dryRun === true && repair !== undefined,
        ...(flags.limit !== undefined && { limit: flags.limit }),
        ...(flags.from !== undefined && { from: flags.from }),
        ...(repair !== undefined && { repair }),
      };
      const isInOrder =
        flags.to === undefined
          ? await surveyAndReplay(connection, plan, flags)
          : await save(connection, plan, { ...flags, to: flags.to });
      if (!isInOrder) setExitCode(FAILED);
    });
}

/** Before an hour of reading is done for nothing. @throws UserError (exit code 2) */
function requireTerminal(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new UserError(
    "There is no terminal to ask at. Give --yes to go on without a question, or --dry-run.",
    2,
  );
}

/** @returns whether everything that is meant is, or would be, replayed */
async function surveyAndReplay(
  connection: Connection,
  plan: ReplayPlan,
  flags: ReplayFlags,
): Promise<boolean> {
  if (flags.yes === true && flags.dryRun !== true)
    return print(
      await withProgress(plan, (listeners) => replay(connection, plan, listeners)),
      "did",
      flags,
    );
  const found = await withProgress(plan, (listeners) => survey(connection, plan, listeners));
  if (flags.dryRun === true || found.total.replaced === 0) return print(found, "would", flags);
  const { stderr: output, stdin: input } = process;
  const subject = { tense: "would", isOfFile: plan.from !== undefined } as const;
  output.write(`${formatReport(found, subject, styleOf(output))}\n\n`);
  const question = questionOf(found, plan, connection.stack.title);
  const isWanted = await confirm({
    question,
    yes: false,
    input,
    output,
    signal: connection.signal,
  });
  connection.signal.throwIfAborted();
  if (!isWanted) {
    if (flags.json === true) print(found, "would", flags);
    return true;
  }
  const done = await withProgress(plan, (listeners) =>
    replay(connection, { ...plan, expected: found.seen }, listeners),
  );
  return print(done, "did", flags);
}

/** Pub/Sub gives letters in any order: with a limit it may be others than were looked at. */
function questionOf({ total }: ReplayReport, { limit, from }: ReplayPlan, title: string): string {
  const letters = formatNumberOf(total.replaced, "dead letter");
  if (limit === undefined || from !== undefined) return `Replay ${letters} of ${title}?`;
  return `Replay up to ${formatNumberOf(limit, "dead letter")} of ${title}: these, or others that are meant?`;
}

function print(report: ReplayReport, tense: Tense, { json, from }: ReplayFlags): boolean {
  const { total, others, later, missing, full } = report;
  const ok = total.left + total.unrepaired + missing === 0 && !full;
  const style = styleOf(process.stdout);
  const text = (): string =>
    total.letters + others + later === 0
      ? formatNone(report, style)
      : formatReport(report, { tense, isOfFile: from !== undefined }, style);
  const summary = { ok, dryRun: tense === "would", ...report };
  process.stdout.write(`${json === true ? JSON.stringify(summary) : text()}\n`);
  return ok;
}

async function save(
  connection: Connection,
  plan: ReplayPlan,
  { to: file, yes, dryRun, json }: ReplayFlags & { readonly to: string },
): Promise<boolean> {
  const { stdin: input, stderr: output } = process;
  const saved = await withProgress(plan, (listeners, stopProgress) =>
    saveLetters(
      connection,
      plan,
      {
        file,
        ...(dryRun !== true && {
          confirm: (letters) => {
            stopProgress();
            const question = `${formatNumberOf(letters, "dead letter")} are in ${file}. Acknowledge them, so that they are there only?`;
            const { signal } = connection;
            return confirm({ question, yes: yes === true, input, output, signal });
          },
        }),
      },
      listeners,
    ),
  );
  const ok = saved.missing === 0 && !saved.full;
  const text =
    json === true
      ? JSON.stringify({ ok, file, ...saved })
      : formatSaved(saved, file, styleOf(process.stdout));
  process.stdout.write(`${text}\n`);
  return ok;
}

/** Shows how far something is, on stderr, for as long as it goes on. */
async function withProgress<T>(
  { from }: Pick<ReplayPlan, "from">,
  work: (listeners: ReplayListeners, stop: () => void) => Promise<T>,
): Promise<T> {
  let state: { done: number; total: number | undefined } = { done: 0, total: undefined };
  let isShown = true;
  const display = showCounter(process.stderr, {
    things: "dead letters",
    look: () => state,
    now: () => performance.now(),
  });
  const stop = (): void => {
    if (isShown) display.stop();
    isShown = false;
  };
  try {
    return await work(
      {
        onProgress: (done, total) => {
          state = { done, total };
        },
        onBroken: (sent) => {
          stop();
          if (sent === 0) return;
          const were = `${formatNumberOf(sent, "dead letter")} ${sent === 1 ? "was" : "were"} sent before it ended.`;
          const again =
            from === undefined
              ? "Run it again: what is not acknowledged comes again, and shows once."
              : "Run it again with the same file: what is sent twice shows once.";
          process.stderr.write(`${were} ${again}\n`);
        },
        onWaiting: (seconds) => {
          stop();
          process.stderr.write(
            `Fewer came than the metrics say. Waiting ${seconds} s for what another reader may hold.\n`,
          );
        },
      },
      stop,
    );
  } finally {
    stop();
  }
}
