import { setTimeout as delay } from "node:timers/promises";

import type { Command } from "commander";

import { connect, type Connection } from "./stack/connect.ts";
import { stackArguments } from "./stack/stack-arguments.ts";
import { addStackOptions, type StackFlags } from "./stack/stack-options.ts";
import { parseObjectUrl, type NamedObject } from "./status/named-object.ts";
import { readStatus, type StatusReport } from "./status/read-status.ts";
import { readStory } from "./status/read-story.ts";
import { createReceiptReader, type ReadReceipt } from "./status/receipts.ts";
import {
  parseAge,
  parseLimit,
  parsePrefix,
  parseStates,
  STATES,
  toFilter,
  type FilterFlags,
} from "./status/status-flags.ts";
import { statusJson, storyJson } from "./status/status-json.ts";
import { statusText } from "./status/status-text.ts";
import { storyText } from "./status/story-text.ts";
import { watch } from "./status/watch.ts";
import { showCounter } from "./terminal/counter.ts";
import { printable } from "./terminal/fit.ts";
import { styleOf } from "./terminal/style.ts";
import { UserError } from "../functions/platform/user-error.ts";

interface StatusFlags extends StackFlags, FilterFlags {
  readonly watch?: true;
  readonly json?: true;
}

/** What is shown, and whether all of it is in order. */
interface Look {
  readonly text: string;
  readonly isInOrder: boolean;
}

const FAILED = 1;
const DEFAULT_LIMIT = 50;
/** Looking at fewer objects than these takes no time. */
const SHOW_PROGRESS_AFTER_MS = 1500;

const HELP = `
Examples:
  npx --no mixpanel-gcp status
  npx --no mixpanel-gcp status --state waiting --older-than 1h
  npx --no mixpanel-gcp status --prefix 2026/11/ --since 2d --all
  npx --no mixpanel-gcp status --watch
  npx --no mixpanel-gcp status gs://my-bucket/2026/11/20/my-events.ndjson

States of a receipt are ${STATES.slice(0, 4).join(", ")},
${STATES.slice(4, 8).join(", ")}; without one an object is
${STATES.slice(8).join(", ")}.
An age is since the receipt, or since the upload where there is none. Receipts
are read for the objects that are shown alone, since each is a request; --all,
or --state with the state of a receipt, reads every one.

With a name, dead letters are looked through for those of the file, and put
back at once.

Exit code: 0 = all that was read is in order, 1 = it failed, a file is
quarantined, unreadable, cut off or deleted, nothing of it was imported, its
counts contradict each other, it is unknown, or a subscription is missing,
2 = wrong usage, 130 = interrupted.`;

/**
 * `status [FILE]`: how a stack is doing. `setExitCode` is told 1 when something needs attention.
 */
export function addStatusCommand(
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("status")
    .description(
      "Shows what became of the objects of a stack, what waits, and what was refused; or all that is known of one file.",
    )
    .argument("[FILE]", "gs://BUCKET/OBJECT: the whole story of one file", parseObjectUrl)
    .option("--prefix <PREFIX>", "only names that begin so, or gs://BUCKET/PREFIX", parsePrefix)
    .option("--state <STATE>", "only objects in that state (several with commas)", parseStates)
    .option("--since <AGE>", "only what happened since, as in 30m, 2h, 3d", parseAge)
    .option("--older-than <AGE>", "only what is older", parseAge)
    .option("--limit <N>", "at most so many objects, the newest", parseLimit, DEFAULT_LIMIT)
    .option("--all", "read every receipt, for sums over all of them")
    .option("--watch", "show it again and again, until Ctrl-C; with --json a line each")
    .option("--json", "print JSON on standard output, and nothing else there");
  addStackOptions(command)
    .addHelpText("after", HELP)
    .action(async (file: NamedObject | undefined, flags: StatusFlags) => {
      if (file !== undefined) refuseFilters(command);
      const connection = await connect(flags, signal);
      const read = createReceiptReader(connection);
      const look = (): Promise<Look> =>
        file === undefined
          ? lookAtStack(connection, flags, read)
          : lookAtFile(connection, flags, file);
      if (flags.watch === true) {
        await watchUntil(signal, look, flags.json === true);
        signal.throwIfAborted();
      }
      const { text, isInOrder } = await look();
      process.stdout.write(`${text}\n`);
      if (!isInOrder) setExitCode(FAILED);
    });
}

/** The story of one file is told whole. @throws UserError (exit code 2) */
function refuseFilters(command: Command): void {
  const given = command.options.find(
    (option) =>
      ["prefix", "state", "since", "olderThan", "limit", "all"].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (given === undefined) return;
  throw new UserError(
    `${given.long ?? ""} chooses among objects: give it without the name of a file.`,
    2,
  );
}

async function watchUntil(
  signal: AbortSignal,
  look: () => Promise<Look>,
  isInLines: boolean,
): Promise<void> {
  await watch({
    look: async () => (await look()).text,
    stream: process.stdout,
    errors: process.stderr,
    isInLines,
    signal,
    now: Date.now,
    // Ctrl-C ends a pause at once.
    sleep: (ms, until) => delay(ms, undefined, { signal: until }).catch(() => undefined),
  });
}

async function lookAtStack(
  connection: Connection,
  flags: StatusFlags,
  read: ReadReceipt,
): Promise<Look> {
  const now = Date.now();
  const filter = toFilter(flags, now);
  const progress = flags.watch === true ? undefined : countLater();
  const report = await readStatus(connection, filter, read, progress?.count).finally(
    progress?.stop,
  );
  const { title, landingBucket } = connection.stack;
  requireKnownBucket(report, flags, connection);
  const stackOptions = stackArguments(flags);
  const text = flags.json
    ? JSON.stringify(statusJson(report, now))
    : statusText(report, { ...styleOf(process.stdout), title, landingBucket, stackOptions, now });
  return { text, isInOrder: report.attention.length === 0 };
}

/** Receipts of a bucket that the stack had before are shown; of any other there is nothing. */
function requireKnownBucket(
  { counts }: StatusReport,
  { prefix }: StatusFlags,
  { stack: { landingBucket } }: Connection,
): void {
  const { receipts, waiting, importing, skipped } = counts;
  const bucket = prefix?.bucket ?? landingBucket;
  if (bucket === landingBucket || receipts + waiting + importing + skipped > 0) return;
  throw new UserError(
    printable(
      `--prefix gs://${bucket}/${prefix?.prefix ?? ""}: the stack's bucket is gs://${landingBucket}, and no receipt that is meant is of gs://${bucket}.`,
    ),
    2,
  );
}

async function lookAtFile(
  connection: Connection,
  flags: StatusFlags,
  file: NamedObject,
): Promise<Look> {
  const now = Date.now();
  const story = await readStory(connection, file);
  const isKnown = story.generations.length > 0;
  const isInOrder = isKnown && story.attention.length === 0;
  if (flags.json) return { text: JSON.stringify(storyJson(story, now)), isInOrder };
  const { bucket, object } = file;
  const { receiptsBucket, landingBucket } = connection.stack;
  if (!isKnown)
    throw new UserError(
      printable(`gs://${bucket}/${object} is unknown: `) +
        (bucket === landingBucket ? "" : `the stack's bucket is gs://${landingBucket}; `) +
        "it is not in the bucket, and has no receipt. Names are case-sensitive and have no wildcards" +
        (/#\d+$/.test(object) ? "; #GENERATION is no part of a name." : "."),
    );
  const options = { ...styleOf(process.stdout), stackOptions: stackArguments(flags), now };
  return { text: storyText(story, { ...options, receiptsBucket }), isInOrder };
}

/** A counter on standard error, once it has taken long. */
function countLater() {
  let done = 0;
  let shown: { stop(): void } | undefined;
  const timer = setTimeout(() => {
    shown = showCounter(process.stderr, {
      things: "objects",
      look: () => ({ done, total: undefined }),
      now: () => performance.now(),
    });
  }, SHOW_PROGRESS_AFTER_MS);
  return {
    count: () => {
      done++;
    },
    stop: () => {
      clearTimeout(timer);
      shown?.stop();
    },
  };
}
