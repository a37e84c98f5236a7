import { UnavailableError } from "../platform/errors.ts";
import { CorruptDataError } from "./corrupt-data.ts";
import { decompressorOf, type Decompress } from "./decompress.ts";
import type { MemberBoundary } from "./gunzip.ts";
import type { SmallSteps } from "./inflate-member.ts";
import { lookAhead } from "./look-ahead.ts";
import type { StoredBytes } from "./object-ranges.ts";
import { skipTo, type SkipOptions } from "./skip-to.ts";

/** Where the contents of an object begin to be wanted. */
export interface ContentsStart {
  /** Bytes before it in the contents, decompressed. */
  readonly offset: number;
  /** For gzip: the member to decompress from; null for anything else. */
  readonly member: MemberBoundary | null;
}

/**
 * Boundaries closer to each other are not kept: an object may have millions of members, and a MiB
 * is skipped at once.
 */
const BOUNDARY_EVERY_BYTES = 1024 * 1024;

export interface ContentsOptions extends SkipOptions {
  /** As of `gunzip`; of gzip within gzip it means nothing. */
  readonly smallSteps: SmallSteps | undefined;
}

const BEGINNING: MemberBoundary = { compressed: 0, decompressed: 0 };

/**
 * The contents of an object from its stored bytes: as they are, or decompressed. Whether they are
 * compressed is told by the bytes; what is compressed twice is taken apart too.
 */
export class ObjectContents {
  readonly #stored: StoredBytes;
  readonly #start: ContentsStart;
  readonly #options: ContentsOptions;
  readonly #members: MemberBoundary[] = [];
  #isPlain = false;
  #isNested = false;

  /** `stored` begins at `start.member`, or at `start.offset` when that is null. */
  constructor(stored: StoredBytes, start: ContentsStart, options: ContentsOptions) {
    this.#stored = stored;
    this.#start = start;
    this.#options = options;
  }

  /** Whether the stored bytes are known to be the contents. */
  isPlain(): boolean {
    return this.#isPlain;
  }

  /** The gzip member in which `offset` lies; null when the object is no gzip. */
  memberAt(offset: number): MemberBoundary | null {
    return this.#members.findLast((member) => member.decompressed <= offset) ?? null;
  }

  /** @throws what reading, decompressing and skipTo throw */
  async *chunks(): AsyncGenerator<Buffer> {
    const { offset, member } = this.#start;
    const stored = await lookAhead(this.#stored.chunks);
    const decompress = decompressorOf(stored.head);
    if (member !== null && decompress === undefined)
      throw new UnavailableError("the compressed member is not where it was");
    // What goes on in the middle without a member was found to be plain by an earlier run.
    if (decompress !== undefined && (member !== null || offset === 0)) {
      yield* this.#decompressed(stored.all, decompress);
      return;
    }
    this.#isPlain = true;
    yield* stored.all;
  }

  async *#decompressed(
    stored: AsyncIterable<Buffer>,
    decompress: Decompress,
  ): AsyncGenerator<Buffer> {
    const { offset, member } = this.#start;
    const from = member ?? BEGINNING;
    const remember = this.#remember.bind(this);
    const contents = await lookAhead(decompress(stored, remember, from, this.#options.smallSteps));
    const decompressAgain = decompressorOf(contents.head);
    if (decompressAgain === undefined || from.compressed > 0) {
      yield* skipTo(contents.all, offset - from.decompressed, this.#options, this.#stored);
      return;
    }
    // Members of the outer data say nothing about places in the inner one.
    this.#members.splice(0, Infinity, BEGINNING);
    this.#isNested = true;
    const inner = decompressAgain(contents.all, () => undefined);
    yield* withoutPlace(skipTo(inner, offset, this.#options, this.#stored));
  }

  #remember(member: MemberBoundary): void {
    if (this.#isNested) return;
    const last = this.#members.at(-1);
    if (last === undefined || member.decompressed >= last.decompressed + BOUNDARY_EVERY_BYTES)
      this.#members.push(member);
  }
}

/** Damage within the inner gzip has no place in the stored bytes. */
async function* withoutPlace(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw error instanceof CorruptDataError
      ? new CorruptDataError(error.message, { cause: error })
      : error;
  }
}
