import type { Publish, OutgoingMessage } from "../google/publisher.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { Log } from "../platform/log.ts";
import type { DeadLetterOrigin, DeadRecord } from "./dead-record.ts";
import { appendLine, appendPosition, MAX_VALUE_BYTES, toMessages } from "./dead-letter-message.ts";

/** A message is closed at this many records or bytes. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1_000_000;

export type { DeadLetterOrigin, DeadRecord } from "./dead-record.ts";

/**
 * Takes dead records; done when Pub/Sub has acknowledged all of them. @throws UnavailableError,
 * CredentialsError
 */
export type PublishDeadLetters = (
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
  deadline: Deadline,
) => Promise<void>;

export interface DeadLetterOptions {
  readonly publish: Publish;
  readonly topic: string;
  /** `reference` keeps the records' bytes out of the topic. */
  readonly contents: "bytes" | "reference";
  /** Whether ids are made of positions: a replay needs to know them. */
  readonly hasPositions: boolean;
  readonly log: Log;
}

/**
 * Makes the function that sends what can never be imported to the dead-letter topic, with the
 * reason and the place, so that it can be fixed and replayed.
 */
export function createDeadLetters(options: DeadLetterOptions): PublishDeadLetters {
  return async (records, origin, deadline) => {
    if (records.length === 0) return;
    const messages = toDeadLetters(
      options.hasPositions ? records : records.map(withoutPosition),
      origin,
      options.contents,
    );
    await options.publish(options.topic, messages, deadline);
    for (const [reason, count] of countByReason(records))
      options.log("WARNING", "Dead letters published", { reason, records: count });
  };
}

function withoutPosition(record: DeadRecord): DeadRecord {
  return { ...record, position: undefined };
}

/** The dead letters of some records: each holds records with one and the same problem. */
export function toDeadLetters(
  records: readonly DeadRecord[],
  origin: DeadLetterOrigin,
  contents: "bytes" | "reference",
): readonly OutgoingMessage[] {
  return groupByProblem(records).flatMap((group) =>
    cutIntoMessages(group).flatMap((letter) => toMessages(letter, origin, contents)),
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
  let positions = "";
  for (const record of records) {
    const longer = appendLine(lines, record.line);
    const morePositions = appendPosition(positions, record.position ?? "");
    // A record that holds a line break, or of which a part is missing, could not be told from its
    // neighbours.
    const isAlone = record.cut !== undefined || record.bytes.includes(0x0a);
    const isFull =
      open.length >= MAX_RECORDS ||
      bytes + record.bytes.length + 1 > MAX_BYTES ||
      longer.length > MAX_VALUE_BYTES ||
      morePositions.length > MAX_VALUE_BYTES;
    if (open.length > 0 && (isFull || isAlone)) {
      messages.push(open);
      open = [];
      bytes = 0;
    }
    lines = open.length === 0 ? String(record.line) : longer;
    positions = open.length === 0 ? (record.position ?? "") : morePositions;
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

function countByReason(records: readonly DeadRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { problem } of records)
    counts.set(problem.reason, (counts.get(problem.reason) ?? 0) + 1);
  return counts;
}
