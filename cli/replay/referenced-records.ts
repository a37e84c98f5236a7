import { openObjectRecords } from "../../functions/formats/object-records.ts";
import { isUnusable } from "../../functions/formats/record-block.ts";
import { expandLines } from "../../functions/messages/message-origin.ts";
import { systemClock } from "../../functions/platform/clock.ts";
import { isRetryable, messageOf } from "../../functions/platform/errors.ts";
import type { ObjectGeneration } from "../../functions/reading/object-generation.ts";
import { toCheckedBlock } from "../../check/read-records.ts";
import { findObject } from "../google/objects.ts";
import { operatorDeadline } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import type { DeadLetter } from "./letter.ts";

/** A dead letter with the bytes of its records, or why they cannot be had. */
export type Referenced = { readonly letter: DeadLetter } & (
  | { readonly kind: "found"; readonly whole: DeadLetter }
  | { readonly kind: "missing"; readonly why: string }
);

/** Longest that an object is read. */
const READ_MS = 60 * 60 * 1000;

/**
 * Reads the records of dead letters that only say where they are (`deadLetterContents: reference`)
 * from their object, in one go for all of them; each letter comes as soon as its last line has.
 *
 * @throws UnavailableError, CredentialsError
 */
export async function* readReferenced(
  connection: Connection,
  object: ObjectGeneration,
  letters: readonly DeadLetter[],
): AsyncGenerator<Referenced> {
  const waiting = new Set(letters.map((letter) => createWanted(letter)));
  const byLine = new Map<number, Wanted[]>();
  for (const wanted of waiting)
    for (const line of wanted.lines) byLine.set(line, [...(byLine.get(line) ?? []), wanted]);
  try {
    for await (const { bytes, line } of recordsFrom(connection, object)) {
      for (const wanted of byLine.get(line) ?? []) {
        const whole = wanted.take(bytes);
        if (whole === undefined) continue;
        waiting.delete(wanted);
        yield { kind: "found", letter: wanted.letter, whole };
      }
      if (waiting.size === 0) return;
    }
  } catch (error) {
    if (isRetryable(error)) throw error;
    yield* missing(waiting, `the object cannot be read: ${messageOf(error)}`);
    return;
  }
  yield* missing(waiting, "the object has no such lines");
}

function* missing(waiting: Iterable<Wanted>, why: string): Generator<Referenced> {
  for (const { letter } of waiting) yield { kind: "missing", letter, why };
}

type Wanted = ReturnType<typeof createWanted>;

/** The lines of a letter, and what has come of them. */
function createWanted(letter: DeadLetter) {
  const lines = new Set(expandLines(letter.attributes["lines"] ?? ""));
  const pieces: Buffer[] = [];
  return {
    letter,
    lines,
    /** The letter with its data, when that was the last line. Bytes are copied: a block goes. */
    take: (bytes: Buffer): DeadLetter | undefined => {
      if (pieces.length > 0) pieces.push(Buffer.from("\n"));
      pieces.push(Buffer.from(bytes));
      const isLast = (pieces.length + 1) / 2 === lines.size;
      return isLast ? { ...letter, data: Buffer.concat(pieces) } : undefined;
    },
  };
}

/** What the functions took for its records. @throws whatever reading and decompressing throw */
async function* recordsFrom(
  connection: Connection,
  object: ObjectGeneration,
): AsyncGenerator<{ readonly bytes: Buffer; readonly line: number }> {
  const { google, signal } = connection;
  const found = await findObject(connection, object.bucket, object.object, object.generation);
  const { blocks } = openObjectRecords(
    google,
    object,
    { offset: 0, line: 1, member: null },
    {
      deadline: operatorDeadline(signal, READ_MS),
      size: found?.size,
      format: undefined,
      hints: { contentType: found?.contentType, configured: undefined },
      budgetMs: READ_MS,
      now: systemClock.now,
    },
  );
  let line = 1;
  for await (const block of blocks) {
    const checked = toCheckedBlock(block, line);
    line = checked.nextLine;
    for (const record of checked.records) {
      const bytes = isUnusable(record)
        ? record.head
        : record.bytes.subarray(record.start, record.end);
      yield { bytes, line: record.line };
    }
  }
}
