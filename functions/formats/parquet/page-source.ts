import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { decompressPage } from "./codecs.ts";
import type { Column } from "./columns.ts";
import { Dictionary } from "./dictionary.ts";
import type { ColumnChunk } from "./footer.ts";
import { bytesOf, checkCrc, readDataPage, type DataPage } from "./page.ts";
import { readPageHeader, type PageHeader } from "./page-header.ts";
import type { PageMemory } from "./page-memory.ts";
import type { RangeInput } from "./range-input.ts";
import { ShortInputError } from "./thrift.ts";

/** Page headers hold the least and the largest value of the page, which may be long. */
const HEADER_BYTES = 4 * 1024;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/** What writers forget to count when they say how large a column chunk is. */
const SLACK_BYTES = 1024;

export interface PageSourceOptions {
  readonly column: Column;
  readonly chunk: ColumnChunk;
  readonly input: RangeInput;
  readonly memory: PageMemory;
  /** As of `Dictionary`. */
  readonly maxKeptValues: number;
}

/**
 * The pages of a column chunk, one after the other, each checked against what is known before it is
 * read.
 *
 * All methods that read throw CorruptDataError, UnreadableContentsError and what reading throws.
 */
export class PageSource {
  readonly #options: PageSourceOptions;
  #dictionary: Dictionary | undefined;
  #dictionaryBytes = 0;
  /** Entries of the chunk whose pages have not been read. */
  #unread: number;

  constructor(options: PageSourceOptions) {
    this.#options = options;
    this.#unread = options.chunk.values;
  }

  /** Whether all entries that the chunk should have are in pages that were read. */
  isAtEnd(): boolean {
    return this.#unread === 0;
  }

  /** The next page with values, for which the memory is taken: `release` gives it back. */
  async next(): Promise<DataPage> {
    for (;;) {
      const header = await this.#nextDataHeader();
      if (header === undefined) throw otherRows();
      this.#count(header);
      const { column, chunk } = this.#options;
      const stored = await this.#take(header);
      const context = { column, codec: chunk.codec, dictionary: this.#dictionary };
      const page = decode(() => readDataPage(header, stored, context));
      if (page.entries > 0) return page;
      this.release(page);
    }
  }

  release({ bytes }: DataPage): void {
    this.#options.memory.giveBack(bytes);
  }

  /** Passes over pages of which all rows are unwanted, if headers tell. Returns their rows. */
  async skip(rows: number): Promise<number> {
    const { column, input } = this.#options;
    for (let skipped = 0; ;) {
      const header = await this.#nextDataHeader();
      const known = column.maxRepetition === 0 ? header?.values : header?.v2?.rows;
      if (header === undefined || known === undefined || known > rows - skipped) return skipped;
      this.#count(header);
      input.skip(header.length + header.compressedBytes);
      skipped += known;
    }
  }

  /** Gives back the memory of what is not a page that was given. */
  close(): void {
    this.#options.memory.giveBack(this.#dictionaryBytes);
    this.#dictionaryBytes = 0;
  }

  /** Leaves the input before it; undefined: there is none. */
  async #nextDataHeader(): Promise<PageHeader | undefined> {
    while (this.#unread > 0) {
      const header = await this.#header();
      if (header.kind === "data" || header.kind === "data v2") return header;
      if (header.kind === "dictionary") await this.#readDictionary(header);
      else this.#options.input.skip(header.length + header.compressedBytes);
    }
    return undefined;
  }

  #count({ values }: PageHeader): void {
    if (values > this.#unread) throw otherRows();
    this.#unread -= values;
  }

  async #header(): Promise<PageHeader> {
    const { input } = this.#options;
    for (let length = HEADER_BYTES; ; length *= 4) {
      const bytes = await input.peek(length);
      try {
        return this.#checked(readPageHeader(bytes));
      } catch (error) {
        const isLonger = bytes.length < Math.min(MAX_HEADER_BYTES, input.left());
        if (!(error instanceof ShortInputError) || !isLonger) throw error;
      }
    }
  }

  /**
   * A page is no larger than its column chunk: what says otherwise is not believed. DuckDB before
   * 0.6 writes 0 for all chunks: https://github.com/duckdb/duckdb/issues/5209.
   */
  #checked(header: PageHeader): PageHeader {
    const { bytes, uncompressedBytes } = this.#options.chunk;
    const fits =
      header.compressedBytes <= bytes + SLACK_BYTES &&
      (uncompressedBytes === 0 || header.uncompressedBytes <= uncompressedBytes + SLACK_BYTES);
    if (!fits) throw new CorruptDataError("a page is larger than its column chunk");
    return header;
  }

  /** The bytes of the page, for which the memory is taken before they are read. */
  async #take(header: PageHeader): Promise<Buffer> {
    const { input, memory } = this.#options;
    memory.take(bytesOf(header));
    input.skip(header.length);
    const stored = await input.take(header.compressedBytes);
    checkCrc(header, stored);
    return stored;
  }

  async #readDictionary(header: PageHeader): Promise<void> {
    const { column, chunk, maxKeptValues } = this.#options;
    if (this.#dictionary !== undefined)
      throw new CorruptDataError("a column chunk has two dictionaries");
    const stored = await this.#take(header);
    this.#dictionaryBytes = bytesOf(header);
    this.#dictionary = decode(() => {
      const bytes = decompressPage(chunk.codec, stored, header.uncompressedBytes);
      return new Dictionary(column.element, bytes, { count: header.values, maxKeptValues });
    });
  }
}

/** The column and its row group do not agree. */
export function otherRows(): CorruptDataError {
  return new CorruptDataError("a column has other rows than its row group");
}

/** Buffers throw RangeError where damaged data lead beyond them. */
function decode<T>(decodePage: () => T): T {
  try {
    return decodePage();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CorruptDataError("a page is damaged", { cause: error });
  }
}
