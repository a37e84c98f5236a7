import type { ConfigurableFormat } from "../../functions/formats/configured-formats.ts";
import { openObjectRecords, type ReadOptions } from "../../functions/formats/object-records.ts";
import { isUnusable } from "../../functions/formats/record-block.ts";
import { expandLines } from "../../functions/messages/message-origin.ts";
import { systemClock } from "../../functions/platform/clock.ts";
import { isRetryable, messageOf } from "../../functions/platform/errors.ts";
import type { ObjectGeneration } from "../../functions/reading/object-generation.ts";
import { toCheckedBlock } from "../../check/read-records.ts";
import { findObject, type ListedObject } from "../google/objects.ts";
import { operatorDeadline, RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import type { DeadLetter } from "./letter.ts";
import type { FormatLookup } from "./object-formats.ts";

/** A dead letter with the bytes of its records, or why they cannot be had. */
export type Referenced = { readonly letter: DeadLetter } & (
  | { readonly kind: "found"; readonly whole: DeadLetter }
  | { readonly kind: "missing"; readonly why: string }
);

/** How the objects of a stack are read. */
export interface ObjectReading {
  readonly connection: Connection;
  /** What the stack's setting `formats` says. */
  readonly formatOf: FormatLookup;
}

/** Why it stays when its object is gone. */
export const OBJECT_GONE = "the record is in an object only, which is not there any more";
const OTHER_FORMAT =
  "the object is read as another format than it was: replay has to see the setting formats " +
  "(roles/cloudfunctions.viewer; of a local cloud: FORMATS)";

/** As in an array that is written on one line: which of them was refused is not known. */
const SEVERAL =
  "several records are on that line, and which one it was is not known: import the file again " +
  "(backfill --again)";

/** Longest that an object is read. */
const READ_MS = 60 * 60 * 1000;

/**
 * Reads the records of dead letters that only say where they are (`deadLetterContents: reference`)
 * from their object, in one go for all of them; each letter comes as soon as its last line has.
 *
 * @throws UnavailableError, CredentialsError
 */
export async function* readReferenced(
  { connection, formatOf }: ObjectReading,
  object: ObjectGeneration,
  letters: readonly DeadLetter[],
): AsyncGenerator<Referenced> {
  const waiting = new Set(letters.map((letter) => createWanted(letter)));
  const byLine = new Map<number, Wanted[]>();
  for (const wanted of waiting)
    for (const line of wanted.lines) byLine.set(line, [...(byLine.get(line) ?? []), wanted]);
  const found = await lookUp(connection, object);
  if (typeof found === "string") {
    yield* missing(waiting, found);
    return;
  }
  let isTold = false;
  try {
    const hints = {
      contentType: found.contentType,
      configured: formatOf(object.object) ?? configuredBy(letters),
    };
    const records = recordsFrom(connection, object, { size: found.size, hints });
    for await (const { bytes, line, rowFormat, isAlone } of wantedLines(records, byLine)) {
      // Of another format the same numbers would be other records.
      const others = isTold
        ? []
        : [...waiting].filter(({ letter }) => formatOfRows(letter) !== rowFormat);
      isTold = true;
      yield* missing(others, OTHER_FORMAT);
      for (const other of others) waiting.delete(other);
      for (const wanted of byLine.get(line) ?? []) {
        if (!waiting.has(wanted)) continue;
        if (!isAlone) {
          waiting.delete(wanted);
          yield { kind: "missing", letter: wanted.letter, why: SEVERAL };
          continue;
        }
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

/**
 * What Cloud Storage says of the object of a letter, or why it is not to be had: that of one letter
 * may not keep the others.
 *
 * @throws UnavailableError
 */
export async function lookUp(
  connection: Connection,
  { bucket, object, generation }: ObjectGeneration,
): Promise<ListedObject | string> {
  try {
    return (await findObject(connection, bucket, object, generation)) ?? OBJECT_GONE;
  } catch (error) {
    if (error instanceof RefusedError) return `the object cannot be read: ${messageOf(error)}`;
    throw error;
  }
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
    /** The letter with its data, when that was the last line. */
    take: (bytes: Buffer): DeadLetter | undefined => {
      if (pieces.length > 0) pieces.push(Buffer.from("\n"));
      pieces.push(bytes);
      const isLast = (pieces.length + 1) / 2 === lines.size;
      return isLast ? { ...letter, data: Buffer.concat(pieces) } : undefined;
    },
  };
}

/** Of a file with columns, of which its records are rows; undefined: they are not. */
function formatOfRows({ attributes }: DeadLetter): string | undefined {
  return attributes["format"];
}

/** What a letter says itself: rows of CSV, whatever the object is called. */
function configuredBy(letters: readonly DeadLetter[]): ConfigurableFormat | undefined {
  return letters.some((letter) => formatOfRows(letter) === "csv") ? "csv" : undefined;
}

/** A record of an object. */
interface ObjectRecord {
  readonly bytes: Buffer;
  readonly line: number;
  /** As of a letter's attribute `format`. */
  readonly rowFormat: string | undefined;
}

/** The records on lines that are wanted, and the first one, which tells whether they are rows. */
async function* wantedLines(
  records: AsyncIterable<ObjectRecord>,
  wanted: ReadonlyMap<number, unknown>,
): AsyncGenerator<ObjectRecord & { readonly isAlone: boolean }> {
  let last: (ObjectRecord & { readonly isAlone: boolean }) | undefined;
  let isFirst = true;
  for await (const record of records) {
    if (last?.line === record.line) {
      last = { ...last, isAlone: false };
      continue;
    }
    if (last !== undefined) yield last;
    // The bytes are copied: a block goes with the next one.
    const isKept = isFirst || wanted.has(record.line);
    last = isKept ? { ...record, bytes: Buffer.from(record.bytes), isAlone: true } : undefined;
    isFirst = false;
  }
  if (last !== undefined) yield last;
}

/** What the functions took for its records. @throws whatever reading and decompressing throw */
async function* recordsFrom(
  { google, signal }: Connection,
  object: ObjectGeneration,
  options: Pick<ReadOptions, "size" | "hints">,
): AsyncGenerator<ObjectRecord> {
  const { blocks, format } = openObjectRecords(
    google,
    object,
    { offset: 0, line: 1, member: null },
    {
      deadline: operatorDeadline(signal, READ_MS),
      ...options,
      format: undefined,
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
      const rowFormat = checked.areRows ? format()?.name : undefined;
      yield { bytes, line: record.line, rowFormat };
    }
  }
}
