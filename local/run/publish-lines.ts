import { createReadStream } from "node:fs";

import { CorruptDataError } from "../../functions/reading/corrupt-data.ts";
import { decompressorOf } from "../../functions/reading/decompress.ts";
import { lookAhead } from "../../functions/reading/look-ahead.ts";
import type { InputFile } from "./run-input.ts";
import type { RunCloud } from "./run-session.ts";
import type { MessageLine } from "./message-lines.ts";
import { MAX_MESSAGE_BYTES, readMessageLines } from "./message-lines.ts";

/** Lines that were published together. */
export interface PublishedBatch {
  readonly messageIds: readonly string[];
  /** Their numbers, from 1. */
  readonly lines: readonly number[];
  readonly bytes: number;
}

/** As Google's own clients batch: https://cloud.google.com/pubsub/docs/batch-messaging. */
const BATCH_MESSAGES = 100;
const BATCH_BYTES = 1_000_000;

/** What waits for delivery at most, so that a file of any size takes little memory. */
const BACKLOG_MESSAGES = 5000;
const BACKLOG_BYTES = 64_000_000;
const MAX_PROBLEMS = 10;

/**
 * Publishes every line of a file that is not blank as one message on the events topic, no faster
 * than messages are acknowledged. A compressed file has the lines of its contents. Stops early when
 * `signal` says so.
 *
 * @param onPublished called after each batch
 * @returns what was not published (lines that no message can hold, what is behind damage), told in
 *   one sentence each; at most 10
 */
export async function publishLines(
  file: InputFile,
  { pubsub, names }: Pick<RunCloud, "pubsub" | "names">,
  signal: AbortSignal,
  onPublished: (batch: PublishedBatch) => void,
): Promise<string[]> {
  const problems: string[] = [];
  let batch: Buffer[] = [];
  let lines: number[] = [];
  let batchBytes = 0;

  const report = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await pubsub.backlogAtMost(backlogLimit(batch.length, batchBytes), [names.eventsSubscription]);
    if (signal.aborted) return;
    const messages = batch.map((bytes) => ({ data: bytes.toString("base64") }));
    const messageIds = await pubsub.publish(names.eventsTopic, messages);
    onPublished({ messageIds, lines, bytes: batchBytes });
    batch = [];
    lines = [];
    batchBytes = 0;
  };

  for await (const { bytes, number, length } of linesOf(file, report)) {
    if (signal.aborted) break;
    if (bytes === undefined) {
      report(describeTooLong(file, number, length));
      continue;
    }
    if (batchBytes + bytes.length > BATCH_BYTES) await flush();
    batch.push(bytes);
    lines.push(number);
    batchBytes += bytes.length;
    if (batch.length >= BATCH_MESSAGES) await flush();
  }
  await flush();
  return problems;
}

/** The lines of gzip and zstd, too, up to damage in them. */
async function* linesOf(
  file: InputFile,
  onProblem: (problem: string) => void,
): AsyncGenerator<MessageLine> {
  const stored = await lookAhead(createReadStream(file.path));
  const decompress = decompressorOf(stored.head);
  if (decompress === undefined) {
    yield* readMessageLines(stored.all);
    return;
  }
  try {
    yield* readMessageLines(decompress(stored.all, () => undefined));
  } catch (error) {
    if (!(error instanceof CorruptDataError)) throw error;
    onProblem(`${file.name} is cut off or damaged: what follows the damage was not published.`);
  }
}

function backlogLimit(messages: number, bytes: number): number {
  const averageBytes = bytes / messages;
  return Math.max(
    0,
    Math.min(BACKLOG_MESSAGES, Math.floor(BACKLOG_BYTES / averageBytes)) - messages,
  );
}

function describeTooLong(file: InputFile, number: number, length: number): string {
  return `${file.name} line ${number} was not published: it has ${length} bytes, and a message can hold ${MAX_MESSAGE_BYTES}.`;
}
