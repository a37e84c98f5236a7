import { setTimeout as delay } from "node:timers/promises";

import { UserError } from "../../functions/platform/user-error.ts";
import type { InputFile, RunInput } from "./run-input.ts";
import type { FileProgress } from "./file-progress.ts";
import { publishLines } from "./publish-lines.ts";
import type { RunSession } from "./run-session.ts";

/** What was given to the local cloud. */
export interface Imported {
  /** Empty ones left out: nothing is imported from those. */
  readonly uploads: { readonly name: string; readonly generation: string }[];
  /** Lines that could not be published, one sentence each. */
  readonly problems: string[];
  messageSeconds: number;
}

export interface InputImport {
  readonly imported: Imported;
  /** Resolves when all of it is settled. */
  readonly done: Promise<void>;
  /** How far the messages are; undefined when there are none. */
  messageProgress(): FileProgress | undefined;
}

/** How long after the last acknowledgement its log line may take to arrive. */
const LOG_LINES_MS = 3000;
const LOG_POLL_MS = 10;

/**
 * Uploads the files and publishes the messages, both at once, and waits until everything is
 * settled.
 */
export function importInput(
  session: RunSession,
  { files, messageFiles }: RunInput,
  signal: AbortSignal,
): InputImport {
  const imported: Imported = { uploads: [], problems: [], messageSeconds: 0 };
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const { pubsub, names } = session.cloud;
  const messages = { name: "messages", path: "", bytes: sumBytes(messageFiles) };
  let publishedBytes = 0;

  const publishAll = async (): Promise<void> => {
    for (const file of messageFiles)
      imported.problems.push(
        ...(await publishLines(file, session.cloud, signal, ({ messageIds, lines, bytes }) => {
          session.places.add(file.name, messageIds, lines);
          publishedBytes += bytes;
        })),
      );
    await pubsub.idle([names.eventsSubscription]);
    imported.messageSeconds = seconds();
    await countsArrived(session);
  };

  const uploadAll = async (): Promise<void> => {
    for (const file of files) {
      if (signal.aborted) return;
      const { generation } = await upload(session, file);
      if (file.bytes > 0) imported.uploads.push({ name: file.name, generation });
    }
    await pubsub.idle([names.objectsSubscription]);
    await skipsArrived(session, imported.uploads);
  };

  return {
    imported,
    done: Promise.all([publishAll(), uploadAll()]).then(() => undefined),
    messageProgress: () => {
      if (messageFiles.length === 0) return undefined;
      const { received, acknowledged } = pubsub.stats(names.eventsSubscription);
      const isFinished = imported.messageSeconds > 0;
      const settledBytes = (publishedBytes * acknowledged) / Math.max(received, 1);
      // Of compressed files more is published than they have.
      const bytes = isFinished ? messages.bytes : Math.min(settledBytes, messages.bytes);
      return { file: messages, bytes, isFinished, seconds: imported.messageSeconds || seconds() };
    },
  };
}

async function upload({ cloud }: RunSession, file: InputFile): Promise<{ generation: string }> {
  try {
    return await cloud.bucket.put(cloud.names.landingBucket, file.name, file.path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${file.path} could not be uploaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * The counters travel in log lines, which arrive after the response that acknowledges a message.
 */
async function countsArrived({ cloud, log }: RunSession): Promise<void> {
  const { acknowledged } = cloud.pubsub.stats(cloud.names.eventsSubscription);
  const giveUpAt = performance.now() + LOG_LINES_MS;
  while (log.messageTotals().messages < acknowledged && performance.now() < giveUpAt)
    await delay(LOG_POLL_MS);
}

/** What is skipped has no receipt: only the log says so. */
async function skipsArrived(
  { cloud: { bucket, names }, log }: RunSession,
  uploads: Imported["uploads"],
): Promise<void> {
  const giveUpAt = performance.now() + LOG_LINES_MS;
  const isOver = (): boolean =>
    bucket.list(names.receiptsBucket).length + log.skipped().length >= uploads.length;
  while (!isOver() && performance.now() < giveUpAt) await delay(LOG_POLL_MS);
}

/** Of all the files together. */
export function sumBytes(files: readonly InputFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
