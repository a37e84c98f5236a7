import type { Receipt } from "../../functions/objects/receipt.ts";
import { readObjectLog, type ObjectLogLine } from "../google/object-log.ts";
import { RefusedError } from "../google/rest.ts";
import type { ListedObject } from "../google/objects.ts";
import type { Connection } from "../stack/connect.ts";
import type { Skip } from "../stack/import-settings.ts";
import { peekDeadLetters, type DeadLetterPeek } from "./dead-letter-peek.ts";
import { attempt, type Attempted } from "./entrances.ts";
import type { JoinedObject } from "./joined-objects.ts";
import { listGenerations, listReceipts, type NamedObject } from "./named-object.ts";
import { pendingRow, receiptRow, type ObjectRow } from "./object-row.ts";
import { readSkip } from "./read-skip.ts";
import { createReceiptReader } from "./receipts.ts";
import { attentionOf } from "./status-totals.ts";

/** One generation of the file. */
export interface GenerationStory {
  readonly row: ObjectRow;
  /** RFC 3339; undefined: it is not in the bucket any more. */
  readonly uploadedAt: string | undefined;
  /** RFC 3339: when it was replaced or deleted. */
  readonly replacedAt: string | undefined;
  /** Name of its receipt in the receipts bucket. */
  readonly receiptName: string | undefined;
  /** What importObject logged of it, oldest first. */
  readonly log: readonly ObjectLogLine[];
}

/** Everything that is known of one file. */
export interface FileStory extends NamedObject {
  /** Newest first; none: nothing is known of it. */
  readonly generations: readonly GenerationStory[];
  readonly deadLetters: Attempted<DeadLetterPeek>;
  /** Why there are no lines of the log. */
  readonly logProblem: string | undefined;
  /** What needs attention, in one sentence each. */
  readonly attention: readonly string[];
}

const MESSAGES = [
  "Import complete",
  "Import continues",
  "Import postponed",
  "Object skipped",
] as const;
/** https://cloud.google.com/logging/quotas#logs_retention_periods */
const LOG_LOOK_BACK_MS = 30 * 86_400_000;
const MAX_LOG_LINES = 200;

/**
 * Puts together what the bucket, the receipts, the log and the dead letters know of a file.
 *
 * @throws RefusedError, UnavailableError when the buckets cannot be read
 */
export async function readStory(connection: Connection, named: NamedObject): Promise<FileStory> {
  const uploaded = await listUploaded(connection, named);
  const [receipts, log, { skip }] = await Promise.all([
    listReceipts(connection, named, uploaded.keys()),
    attempt(() => readLog(connection, named)),
    readSkip(connection),
  ]);
  const lines = "value" in log ? log.value : [];
  const numbers = new Set([...uploaded.keys(), ...receipts.keys()]);
  const read = createReceiptReader(connection);
  const generations: GenerationStory[] = [];
  for (const generation of [...numbers].sort(compareGenerations)) {
    const receipt = receipts.get(generation);
    const joined = { ...named, generation, uploaded: uploaded.get(generation), receipt };
    const written = receipt === undefined ? undefined : await read(receipt);
    generations.push(tellGeneration(joined, written, { lines, skip }));
  }
  return {
    ...named,
    generations,
    deadLetters:
      generations.length === 0
        ? { value: { messages: 0, isPartial: false, isPutBack: true, kinds: [] } }
        : await attempt(() => peekDeadLetters(connection, named)),
    logProblem: "problem" in log ? log.problem : undefined,
    attention: generations.slice(0, 1).flatMap(({ row: { receipt } }) => {
      const attention = receipt === undefined ? undefined : attentionOf(receipt);
      return attention === undefined ? [] : [`It ${attention}.`];
    }),
  };
}

/** A bucket that is not there has no generations: its receipts may be. */
async function listUploaded(
  connection: Connection,
  named: NamedObject,
): Promise<ReadonlyMap<string, ListedObject>> {
  try {
    return await listGenerations(connection, named);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return new Map();
    throw error;
  }
}

function readLog(
  connection: Connection,
  { bucket, object: name }: NamedObject,
): Promise<readonly ObjectLogLine[]> {
  return readObjectLog(connection, {
    messages: MESSAGES,
    object: { bucket, name },
    since: new Date(Date.now() - LOG_LOOK_BACK_MS).toISOString(),
    maxLines: MAX_LOG_LINES,
  });
}

/** Newest first; they are numbers beyond those that JavaScript counts exactly. */
function compareGenerations(one: string, other: string): number {
  return other.length - one.length || (one < other ? 1 : -1);
}

/** `lines`: newest first. */
function tellGeneration(
  joined: JoinedObject,
  receipt: Receipt | undefined,
  { lines, skip }: { readonly lines: readonly ObjectLogLine[]; readonly skip: Skip },
): GenerationStory {
  const own = lines.filter(({ generation }) => generation === joined.generation);
  const pending = own.find(({ message }) => message !== "Import complete");
  return {
    row:
      receipt === undefined
        ? pendingRow(joined, { skip, findLine: () => pending })
        : receiptRow(joined, receipt),
    uploadedAt: joined.uploaded?.timeCreated,
    replacedAt: joined.uploaded?.timeDeleted,
    receiptName: joined.receipt?.name,
    log: own.toReversed(),
  };
}
