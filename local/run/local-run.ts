import { rm } from "node:fs/promises";
import path from "node:path";

import type { LoopbackServer } from "../http-server.ts";
import { startPageServer } from "../page/page-server.ts";
import { buildFunction } from "./build-function.ts";
import { concludeRun } from "./conclude-run.ts";
import { importInput } from "./import-input.ts";
import { prepareRun } from "./prepare-run.ts";
import type { RunDisplay } from "./run-display.ts";
import type { RunInput } from "./run-input.ts";
import type { RunObservers } from "./run-observers.ts";
import { createObservers } from "./run-observers.ts";
import type { RunSession } from "./run-session.ts";
import { startSession } from "./run-session.ts";
import { viewRun } from "./run-view.ts";
import type { RunSummary } from "./summary.ts";
import { aborted, watchInbox } from "./watch-inbox.ts";

export interface LocalRunOptions {
  /** Files that are uploaded to the landing bucket, and published. */
  readonly input: RunInput;
  /** Absolute path of the transform to build in. @default functions/transform.ts */
  readonly transform: string | undefined;
  readonly token: string | undefined;
  /** The stack's settings, with their namespace; empty: what nobody has configured. */
  readonly settings: Readonly<Record<string, string>>;
  /** Run on Google's Pub/Sub emulator instead of our own Pub/Sub. */
  readonly pubsubEmulator: boolean;
  /** Serve a page that shows the run, stay, and watch a folder until `signal`. */
  readonly keep: boolean;
  /** The folder to watch, absolute. @default a new one in the run's folder */
  readonly inbox: string | undefined;
  /** A refused record makes the summary `ok: false`. */
  readonly strict: boolean;
  /** Ends the run early, or the watch. */
  readonly signal: AbortSignal;
  readonly display: RunDisplay;
}

export interface RunEnding {
  readonly summary: RunSummary;
  /** `signal` came before everything given was imported. */
  readonly isInterrupted: boolean;
}

const INTERRUPTED = "Interrupted before everything was imported.";

/**
 * The deployed system's work on this machine: builds the functions, starts the local cloud, sends
 * the files through the bucket and the messages through the topic (a sample when there are
 * neither), waits until every record is settled, and tells what became of them.
 *
 * @throws UserError for what the person at the keyboard can put right; nothing is left running then
 */
export async function runLocally(options: LocalRunOptions): Promise<RunEnding> {
  const { display, token, inbox, settings } = options;
  const say = (text: string): void => {
    display.say(text);
  };
  const { input, workFolder, emulator } = await prepareRun(
    options.input,
    { mayBeEmpty: inbox !== undefined, needsEmulator: options.pubsubEmulator },
    say,
  );
  // As deep as where it is unpacked: the paths in source maps are relative ones.
  const functionSource = path.join(workFolder, "build", "function");
  await buildFunction(options.transform, functionSource, options.transform !== undefined);

  const observers = createObservers(input.files, display.live);
  const { listeners, onDeadLetters } = observers;
  const session = await startSession({
    ...{ functionSource, workFolder, inbox, token, emulator, settings, say, keep: options.keep },
    ...{ listeners, onDeadLetters },
  });
  let page: LoopbackServer | undefined;
  try {
    page = options.keep ? await startPage(session, observers, display) : undefined;
    return await runSession(session, input, observers, options);
  } finally {
    await page?.stop();
    await session.stop();
    // The bucket's objects are links to the person's files: left behind, they would keep the disk
    // space of files that were deleted long ago.
    await Promise.all(
      [session.bucketFolder, functionSource, session.functionsFolder].map((folder) =>
        rm(folder, { recursive: true, force: true }),
      ),
    );
  }
}

async function startPage(
  session: RunSession,
  { look, history }: RunObservers,
  display: RunDisplay,
): Promise<LoopbackServer> {
  const page = await startPageServer(() =>
    viewRun(session, history, look(session.cloud.bucket.stats().bytes)),
  );
  display.showPage(`${page.url}/`);
  return page;
}

async function runSession(
  session: RunSession,
  input: RunInput,
  observers: RunObservers,
  { signal, display, keep, strict: isStrict }: LocalRunOptions,
): Promise<RunEnding> {
  const startedAt = performance.now();
  const started = importInput(session, input, signal);
  const progress = display.showProgress(() => {
    const files = observers.look(session.cloud.bucket.stats().bytes);
    const messages = started.messageProgress();
    return messages ? [...files, messages] : files;
  });
  const failure = await outcome(started.done, session, signal).finally(() => {
    progress.stop();
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { imported } = started;
  const result = await concludeRun(session, input, imported, { failure, seconds, isStrict });
  display.showResult(result);
  const isInterrupted = failure === INTERRUPTED;
  if (!keep || signal.aborted) return { summary: result.summary, isInterrupted };

  observers.goLive();
  if (failure === undefined)
    void session.hopeless.then((reason) => {
      display.say(reason);
    });
  await watchInbox(session, signal, display);
  // How long it took says nothing about what came now and then.
  const last = await concludeRun(session, input, imported, {
    ...{ failure: undefined, seconds: 0, isStrict },
  });
  display.showResult(last);
  return { summary: last.summary, isInterrupted };
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
    aborted(signal).then(() => INTERRUPTED),
  ]);
}
