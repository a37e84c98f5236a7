import { rm } from "node:fs/promises";
import path from "node:path";

import { buildFunction, REPOSITORY } from "./build-function.ts";
import type { RunInput } from "./check-input.ts";
import { checkInput, checkTransformFile } from "./check-input.ts";
import type { ProgressTracker } from "./file-progress.ts";
import { trackFiles } from "./file-progress.ts";
import { importInput } from "./import-input.ts";
import type { LiveLines } from "./live-lines.ts";
import { createLiveLines } from "./live-lines.ts";
import type { ProgressStream } from "./progress.ts";
import { showProgress } from "./progress.ts";
import { concludeRun } from "./conclude-run.ts";
import type { RunSession } from "./run-session.ts";
import { startSession } from "./run-session.ts";
import { writeSample } from "./sample.ts";
import type { RunSummary } from "./summary.ts";
import { aborted, watchInbox } from "./watch-inbox.ts";
import { createWorkFolder } from "./work-folder.ts";

export interface LocalRunOptions {
  /** Uploaded to the landing bucket. */
  readonly files: readonly string[];
  /** Each line of them is published as one message. */
  readonly messageFiles: readonly string[];
  readonly transform: string | undefined;
  readonly token: string | undefined;
  /** Stay and watch a folder until `signal`. */
  readonly keep: boolean;
  /** Ends the run early, or the watch. */
  readonly signal: AbortSignal;
  /** Progress and the result for people. */
  readonly output: ProgressStream;
}

/**
 * The deployed system's work on this machine: builds the functions, starts the local cloud, sends the files
 * through the bucket and the messages through the topic (a sample when there are neither), waits until every
 * record is settled, and tells what became of them.
 *
 * @throws UserError for what the person at the keyboard can mend; nothing is left running then
 */
export async function runLocally(options: LocalRunOptions): Promise<RunSummary> {
  const say = (text: string): void => void options.output.write(`${text}\n`);
  const { input, workFolder } = await prepare(options, say);
  const functionSource = path.join(workFolder, "function");
  await buildFunction(options.transform && path.resolve(options.transform), functionSource);

  const tracker = trackFiles(input.files, () => performance.now());
  const live = createLiveLines(say);
  const { token } = options;
  const session = await startSession({
    ...{ functionSource, workFolder, token, say },
    listeners: {
      onObject: (object, line) => {
        tracker.finished(object);
        live.onObject(line);
      },
      onMessages: live.onMessages,
      onOther: live.onOther,
    },
    onDeadLetters: live.onDeadLetters,
  });
  try {
    return await runSession(session, input, tracker, live, options);
  } finally {
    await session.stop();
    // The bucket's objects are links to the person's files: left behind, they would keep the disk space of
    // files that were deleted long ago.
    await Promise.all(
      [session.bucketFolder, functionSource].map((folder) =>
        rm(folder, { recursive: true, force: true }),
      ),
    );
  }
}

/** Checks everything the person gave before anything is started. */
async function prepare(
  options: LocalRunOptions,
  say: (text: string) => void,
): Promise<{ input: RunInput; workFolder: string }> {
  const checked = await checkInput(options.files, options.messageFiles);
  if (options.transform !== undefined) await checkTransformFile(options.transform);
  const workFolder = await createWorkFolder(path.join(REPOSITORY, ".local"));
  const hasInput = checked.files.length + checked.messageFiles.length > 0;
  say(hasInput ? "Building." : "No files were given: importing a sample. Building.");
  const now = Math.floor(Date.now() / 1000);
  const input = hasInput ? checked : await writeSample(path.join(workFolder, "sample"), now);
  return { input, workFolder };
}

async function runSession(
  session: RunSession,
  input: RunInput,
  tracker: ProgressTracker,
  live: LiveLines,
  { signal, output, keep }: LocalRunOptions,
): Promise<RunSummary> {
  const say = (text: string): void => void output.write(`${text}\n`);
  const startedAt = performance.now();
  const started = importInput(session, input, signal);
  const display = showProgress(output, () => {
    const files = tracker.look(session.cloud.bucket.stats().bytes);
    const messages = started.messageProgress();
    return messages ? [...files, messages] : files;
  });
  const failure = await outcome(started.done, session, signal).finally(() => {
    display.stop();
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { imported } = started;
  const result = await concludeRun(session, input, imported, { failure, seconds });
  say(result.text);
  if (!keep || signal.aborted) return result.summary;

  live.start();
  if (failure === undefined) void session.hopeless.then(say);
  await watchInbox(session.cloud, session.workFolder, signal, say);
  // How long it took says nothing about what came now and then.
  const last = await concludeRun(session, input, imported, { failure: undefined, seconds: 0 });
  say(last.text);
  return last.summary;
}

/** Resolves when everything is settled, or with the reason why it will not be. */
function outcome(
  done: Promise<void>,
  { hopeless }: RunSession,
  signal: AbortSignal,
): Promise<string | undefined> {
  // When another promise wins the race, a later failure of this one is no news.
  done.catch(() => undefined);
  return Promise.race([
    done.then(() => undefined),
    hopeless,
    aborted(signal).then(() => "Interrupted before everything was imported."),
  ]);
}
