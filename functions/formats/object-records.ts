import type { Position } from "../event/record.ts";
import type { GoogleApi } from "../google/google-api.ts";
import { mayStart, type Deadline } from "../platform/deadline.ts";
import { CorruptDataError } from "../reading/corrupt-data.ts";
import type { MemberBoundary } from "../reading/gunzip.ts";
import type { SmallSteps } from "../reading/inflate-member.ts";
import { ObjectContents } from "../reading/object-contents.ts";
import type { ObjectGeneration } from "../reading/object-generation.ts";
import { createRandomReads, readStoredBytes, type StoredBytes } from "../reading/object-ranges.ts";
import { upToDamage } from "../reading/up-to-damage.ts";
import { UnclosedContentsError } from "./damage.ts";
import type { ContentSource, ObjectHints } from "./format.ts";
import { NDJSON } from "./ndjson/ndjson-format.ts";
import { peekContents } from "./peek-contents.ts";
import type { ContentBlock } from "./record-block.ts";
import { readRecords, type Format } from "./registry.ts";

/** Where in an object to go on: the first record that is not settled. */
export interface ResumePoint extends Position {
  /** For gzip: the last member that begins at or before `offset`; null for anything else. */
  readonly member: MemberBoundary | null;
}

/** The records of an object from some position on. */
export interface ObjectRecords {
  readonly blocks: AsyncIterable<ContentBlock>;
  /** What the contents were told to be; undefined until the first block is there. */
  readonly format: () => Format | undefined;
  /** Stored bytes of the object; known once the first block is there. */
  readonly size: () => number;
  /** Columns that are not read because of their type; known once the first block is there. */
  readonly columnsLeftOut?: () => readonly string[];
  /** The gzip member in which `offset` (decompressed) lies; null when the object is no gzip. */
  readonly memberAt: (offset: number) => MemberBoundary | null;
  /**
   * Lets the memory of blocks be used again: nothing before the offset that is told will be looked
   * at any more. Until it is called all blocks stay what they are.
   */
  readonly releaseUpTo?: (settledOffset: () => number) => void;
}

export interface ReadOptions {
  readonly deadline: Deadline;
  /** Stored bytes of the object, when its notification said so: what is read has to agree. */
  readonly size: number | undefined;
  /** What an earlier run has told the contents to be. In the middle nobody could tell. */
  readonly format: Format | undefined;
  /** What helps to tell it. @default only the object's name */
  readonly hints?: Omit<ObjectHints, "name"> | undefined;
  /** Longest a run may go on, in milliseconds. */
  readonly budgetMs: number;
  readonly now: () => number;
}

/**
 * Opens an object at `position`: by range when its bytes are plain, from the last member's boundary
 * when they are compressed, leaving out what is before. What they are is told by the bytes.
 *
 * `blocks` throws what reading and decompressing throw, and MemberTooLargeError;
 * UnreadableContentsError when there are no records at all; CorruptDataError and
 * UnclosedContentsError after the last record that can be read, whole or not.
 */
export function openObjectRecords(
  google: GoogleApi,
  object: ObjectGeneration,
  position: ResumePoint,
  options: ReadOptions,
): ObjectRecords {
  let settledOffset = (): number => 0;
  let format = position.offset > 0 ? (options.format ?? NDJSON) : options.format;
  const open = (from: ResumePoint, smallSteps?: SmallSteps): OpenedContents =>
    openContents(google, object, {
      ...options,
      from,
      smallSteps,
      settledOffset: () => settledOffset(),
    });
  const { stored, contents } = open(position);
  let columnsLeftOut: readonly string[] = [];
  const random = createRandomReads(google, object, options);
  const readable = upToDamage(contents.chunks(), {
    readAgain: (given, smallSteps) => {
      const offset = position.offset + given;
      const from = { ...position, offset, member: contents.memberAt(offset) };
      return open(from, smallSteps).contents.chunks();
    },
    isInTime: () => mayStart(options.deadline, options.now()),
  });

  async function* blocks(): AsyncGenerator<ContentBlock> {
    let chunks: AsyncIterable<Buffer> = readable;
    if (format === undefined) {
      const peeked = await peekContents(chunks, () => ({
        name: object.object,
        ...options.hints,
        contentType: options.hints?.contentType ?? stored.contentType(),
      }));
      chunks = peeked.chunks;
      format = peeked.format;
    }
    const fromBeginning = (): AsyncIterable<Buffer> => open(BEGINNING).contents.chunks();
    // What an earlier run has told was told of plain contents, where there is no member.
    const isPlain = options.format === undefined ? contents.isPlain() : position.member === null;
    const source = {
      chunks,
      fromBeginning,
      ...(isPlain && { randomAccess: random }),
      onColumnsLeftOut: (columns: readonly string[]) => {
        columnsLeftOut = columns;
      },
    };
    yield* readToDamage(source, format, position);
  }

  return {
    blocks: blocks(),
    format: () => format,
    columnsLeftOut: () => columnsLeftOut,
    releaseUpTo: (offset) => {
      settledOffset = offset;
    },
    size: () => Math.max(stored.size(), random.knownSize()),
    memberAt: (offset) => contents.memberAt(offset),
  };
}

const BEGINNING: ResumePoint = { offset: 0, line: 1, member: null };

interface OpenedContents {
  readonly stored: StoredBytes;
  readonly contents: ObjectContents;
}

interface OpenOptions extends ReadOptions {
  readonly from: ResumePoint;
  /** As of `gunzip`. */
  readonly smallSteps: SmallSteps | undefined;
  readonly settledOffset: () => number;
}

function openContents(
  google: GoogleApi,
  object: ObjectGeneration,
  { from, smallSteps, settledOffset, ...options }: OpenOptions,
): OpenedContents {
  const stored = readStoredBytes(google, object, {
    ...options,
    start: from.member?.compressed ?? from.offset,
    // Of compressed data, places in the contents say nothing about places in the stored bytes.
    releasedOffset: () => (contents.isPlain() ? settledOffset() : undefined),
  });
  const contents: ObjectContents = new ObjectContents(stored, from, {
    ...options,
    since: { at: options.now(), cpu: process.cpuUsage() },
    smallSteps,
  });
  return { stored, contents };
}

/**
 * Damage is an end like any other to what comes before: a last record without a line feed is one
 * there, too. Any other failure is not: the next run reads the rest of the record.
 *
 * @throws CorruptDataError behind the last record, whatever else is missing there
 */
async function* readToDamage(
  source: ContentSource,
  format: Format,
  start: Position,
): AsyncGenerator<ContentBlock> {
  let damage: CorruptDataError | undefined;
  async function* readable(): AsyncGenerator<Buffer> {
    try {
      yield* source.chunks;
    } catch (error) {
      if (!(error instanceof CorruptDataError)) throw error;
      damage = error;
    }
  }
  try {
    const isCutOff = (): boolean => damage !== undefined;
    yield* readRecords({ ...source, chunks: readable(), isCutOff }, format, start);
  } catch (error) {
    // What is cut off with the compressed data is left open, too.
    throw error instanceof UnclosedContentsError && damage !== undefined ? damage : error;
  }
  if (damage !== undefined) throw damage;
}
