import type { GoogleApi } from "../google/google-api.ts";
import { mayStart, type Deadline } from "../platform/deadline.ts";
import { CorruptGzipError } from "./corrupt-gzip.ts";
import type { ObjectGeneration } from "./object-generation.ts";
import type { MemberBoundary } from "./gunzip.ts";
import { splitLines, type LineBlock, type OversizedLine } from "./lines.ts";
import { trimStart } from "../event/record.ts";
import type { SmallSteps } from "./inflate-member.ts";
import { ObjectContents } from "./object-contents.ts";
import { readStoredBytes, type StoredBytes } from "./object-ranges.ts";
import { upToDamage } from "./up-to-damage.ts";

/** Where in an object to go on: the first record that is not settled. */
export interface ResumePoint {
  /** Bytes before it in the object's contents, decompressed. */
  readonly offset: number;
  /** Its line, 1-based. */
  readonly line: number;
  /** For gzip: the last member that begins at or before `offset`; null for anything else. */
  readonly member: MemberBoundary | null;
}

/** The lines of an object from some position on. */
export interface ObjectLines {
  readonly blocks: AsyncIterable<LineBlock | OversizedLine>;
  /** Stored bytes of the object; known once the first block is there. */
  readonly size: () => number;
  /** The gzip member in which `offset` (decompressed) lies; null when the object is no gzip. */
  readonly memberAt: (offset: number) => MemberBoundary | null;
  /**
   * Lets the memory of blocks be used again: nothing before the offset that is told will be looked
   * at any more. Until it is called all blocks stay what they are.
   */
  readonly releaseUpTo?: (settledOffset: () => number) => void;
  /** Whether the contents start with `[`: a JSON array where lines are expected. */
  readonly startsWithBracket: () => boolean;
}

export interface LineOptions {
  readonly deadline: Deadline;
  /** Stored bytes of the object, when its notification said so: what is read has to agree. */
  readonly size: number | undefined;
  /** Longest a run may go on, in milliseconds. */
  readonly budgetMs: number;
  readonly now: () => number;
}

const OPEN_ARRAY = 0x5b;

/**
 * Opens an object at `position`: by range when its bytes are plain, from the last member's boundary
 * when they are gzip, leaving out what is before. Whether they are gzip is told by the bytes; gzip
 * within gzip is taken apart too.
 *
 * `blocks` throws what reading and decompressing throw, and MemberTooLargeError; CorruptGzipError
 * after the last line that can be read, whole or not.
 */
export function openObjectLines(
  google: GoogleApi,
  object: ObjectGeneration,
  position: ResumePoint,
  options: LineOptions,
): ObjectLines {
  let settledOffset = (): number => 0;
  const open = (from: ResumePoint, smallSteps?: SmallSteps): OpenedContents =>
    openContents(google, object, {
      ...options,
      from,
      smallSteps,
      settledOffset: () => settledOffset(),
    });
  const { stored, contents } = open(position);
  const chunks = upToDamage(contents.chunks(), {
    readAgain: (given, smallSteps) => {
      const offset = position.offset + given;
      return open(
        { ...position, offset, member: contents.memberAt(offset) },
        smallSteps,
      ).contents.chunks();
    },
    isInTime: () => mayStart(options.deadline, options.now()),
  });

  let first: number | undefined;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (position.offset === 0) first ??= chunk[trimStart(chunk, 0, chunk.length)];
      yield chunk;
    }
  }

  async function* blocks(): AsyncGenerator<LineBlock | OversizedLine> {
    let damage: CorruptGzipError | undefined;
    const readable = untilDamage(watched(), (error) => (damage = error));
    yield* splitLines(readable, position.offset);
    if (damage !== undefined) throw damage;
  }

  return {
    blocks: blocks(),
    releaseUpTo: (offset) => {
      settledOffset = offset;
    },
    startsWithBracket: () => first === OPEN_ARRAY,
    size: stored.size,
    memberAt: (offset) => contents.memberAt(offset),
  };
}

interface OpenedContents {
  readonly stored: StoredBytes;
  readonly contents: ObjectContents;
}

interface OpenOptions extends LineOptions {
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
    // Of gzip, places in the contents say nothing about places in the stored bytes.
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
 * there, too. Any other failure is not: the next run reads the rest of the line.
 */
async function* untilDamage(
  chunks: AsyncIterable<Buffer>,
  onDamage: (error: CorruptGzipError) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof CorruptGzipError)) throw error;
    onDamage(error);
  }
}
