import type { Publish, PublishLimits, OutgoingMessage } from "../google/publisher.ts";
import type { Log } from "../platform/log.ts";
import type { Problem } from "../event/problem.ts";
import { cutToBytes } from "../event/utf8.ts";

/** Version of the dead letter's format. */
const VERSION = "1";

/** A message is closed at this many records or bytes. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1_000_000;

/** https://cloud.google.com/pubsub/quotas#resource_limits: an attribute's value has at most 1,024 bytes, its key 256. */
const MAX_VALUE_BYTES = 1024;
const MAX_KEY_BYTES = 256;
/** A message has at most 100 attributes; what we add ourselves needs 20 at most. */
const MAX_ORIGINAL_ATTRIBUTES = 80;

/** A record that can never be imported, and why. */
export interface DeadRecord {
  readonly problem: Problem;
  /** The record's exact bytes; of an oversized record of an object only the head, and then `cut` says so. */
  readonly bytes: Buffer;
  /** 1-based line in its object. */
  readonly line: number;
  readonly cut?: { readonly offset: number; readonly bytes: number };
}

/** Where dead records come from. */
export interface DeadLetterOrigin {
  /** `gs://bucket/object#generation`, or the subscription. */
  readonly source: string;
  /** `bucketId`, `objectId`, `objectGeneration`; or `messageId`, `publishTime`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** A message's own attributes. */
  readonly original: Readonly<Record<string, string>>;
  /** Whether records have lines, as those of an object do. */
  readonly hasLines: boolean;
  /** How often these records were replayed. */
  readonly replays: number;
}

/** Takes dead records; done when Pub/Sub has acknowledged all of them. @throws UnavailableError, CredentialsError */
export type PublishDeadLetters = (
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
  limits: PublishLimits,
) => Promise<void>;

export interface DeadLetterOptions {
  readonly publish: Publish;
  readonly topic: string;
  /** `reference` keeps the records' bytes out of the topic. */
  readonly contents: "bytes" | "reference";
  readonly log: Log;
}

/**
 * Makes the function that sends what can never be imported to the dead-letter topic, with the reason and the place, so
 * that it can be fixed and replayed.
 */
export function createDeadLetters(options: DeadLetterOptions): PublishDeadLetters {
  return async (records, origin, limits) => {
    if (records.length === 0) return;
    const messages = toDeadLetters(records, origin, options.contents);
    await options.publish(options.topic, messages, limits);
    for (const [reason, count] of countByReason(records))
      options.log("WARNING", "Dead letters published", { reason, records: count });
  };
}

/** The dead letters of some records: each holds records with one and the same problem. */
export function toDeadLetters(
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
  contents: "bytes" | "reference",
): readonly OutgoingMessage[] {
  return groupByProblem(records).flatMap((group) =>
    cutIntoMessages(group).map((part) => toMessage(part, origin, contents)),
  );
}

function groupByProblem(records: readonly DeadRecord[]): readonly (readonly DeadRecord[])[] {
  const groups = new Map<string, DeadRecord[]>();
  for (const record of records) {
    const { reason, field, error } = record.problem;
    const key = JSON.stringify([reason, field, error, record.cut !== undefined]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return [...groups.values()];
}

function cutIntoMessages(records: readonly DeadRecord[]): readonly (readonly DeadRecord[])[] {
  const messages: DeadRecord[][] = [];
  let open: DeadRecord[] = [];
  let bytes = 0;
  let lines = "";
  for (const record of records) {
    const longer = appendLine(lines, record.line);
    // A record that holds a line break, or of which a part is missing, could not be told from its neighbours.
    const isAlone = record.cut !== undefined || record.bytes.includes(0x0a);
    const isFull =
      open.length >= MAX_RECORDS ||
      bytes + record.bytes.length + 1 > MAX_BYTES ||
      longer.length > MAX_VALUE_BYTES;
    if (open.length > 0 && (isFull || isAlone)) {
      messages.push(open);
      open = [];
      bytes = 0;
    }
    lines = open.length === 0 ? String(record.line) : longer;
    open.push(record);
    bytes += record.bytes.length + 1;
    if (isAlone) {
      messages.push(open);
      open = [];
      bytes = 0;
    }
  }
  return open.length > 0 ? [...messages, open] : messages;
}

/** `3,7-9` and 10 give `3,7-10`. Lines come in ascending order. */
function appendLine(lines: string, line: number): string {
  const [range = "", from = "", to = from] = /(\d+)(?:-(\d+))?$/.exec(lines) ?? [];
  if (range === "") return String(line);
  if (line !== Number(to) + 1) return `${lines},${line}`;
  return `${lines.slice(0, -range.length)}${from}-${line}`;
}

function toMessage(
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
  contents: "bytes" | "reference",
): OutgoingMessage {
  const [first] = records;
  const problem = first?.problem;
  const own: Record<string, string> = {
    version: VERSION,
    reason: problem?.reason ?? "",
    field: problem?.field ?? "",
    error: problem?.error ?? "",
    records: String(records.length),
    source: origin.source,
    ...origin.attributes,
    replays: String(origin.replays),
  };
  if (origin.hasLines)
    own["lines"] = records.reduce((text, { line }) => appendLine(text, line), "");
  if (first?.cut !== undefined) {
    own["truncated"] = "true";
    own["offset"] = String(first.cut.offset);
    own["bytes"] = String(first.cut.bytes);
  }
  const data = contents === "bytes" ? joinLines(records) : Buffer.alloc(0);
  return { data, attributes: { ...originalAttributes(origin.original), ...fitValues(own) } };
}

function joinLines(records: readonly DeadRecord[]): Buffer {
  const newline = Buffer.from("\n");
  return Buffer.concat(
    records.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [newline, bytes])),
  );
}

function fitValues(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, cutToBytes(value, MAX_VALUE_BYTES)]),
  );
}

/** As `original.<key>`, so that a replay can give them back; as many as fit. */
function originalAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(attributes)
    .map(([key, value]) => [`original.${key.toWellFormed()}`, value] as const)
    .filter(([key]) => Buffer.byteLength(key) <= MAX_KEY_BYTES)
    .slice(0, MAX_ORIGINAL_ATTRIBUTES);
  return fitValues(Object.fromEntries(kept));
}

function countByReason(records: readonly DeadRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { problem } of records)
    counts.set(problem.reason, (counts.get(problem.reason) ?? 0) + 1);
  return counts;
}
