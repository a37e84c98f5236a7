import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { decompressPage } from "./codecs.ts";
import type { Column } from "./columns.ts";
import { Dictionary } from "./dictionary.ts";
import type { ColumnChunk } from "./footer.ts";
import { toJsonOf, type Binary, type ToJson } from "./json-values.ts";
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

export interface ColumnReaderOptions {
  readonly column: Column;
  readonly chunk: ColumnChunk;
  readonly input: RangeInput;
  readonly memory: PageMemory;
}

/**
 * The values of a column chunk, one after the other. Pages are read when they are asked for, and
 * given up when their last value is taken.
 *
 * All methods throw CorruptDataError; those that read also UnreadableContentsError and what reading
 * throws.
 */
export class ColumnReader {
  readonly #options: ColumnReaderOptions;
  readonly #maxDefinition: number;
  readonly #toJson: ToJson;
  #dictionary: Dictionary | undefined;
  #dictionaryBytes = 0;
  /** Those that are read and not yet taken to their end. */
  readonly #pages: DataPage[] = [];
  /** Of the first page: the next entry and those behind it. */
  #entries = 0;
  /** Entries of the chunk whose pages have not been read. */
  #unread: number;
  /** Rows that begin in what is read, the next entry included. */
  #rows = 0;
  /** At which level of repetition the next entry goes on; 0: it begins a row, or there is none. */
  repetition = 0;
  /** Up to which level of definition the next entry is there. */
  definition = 0;

  constructor(options: ColumnReaderOptions) {
    this.#options = options;
    this.#maxDefinition = options.column.maxDefinition;
    this.#toJson = toJsonOf(options.column.element);
    this.#unread = options.chunk.values;
  }

  /** Rows of which everything is read. */
  completeRows(): number {
    // The last one may go on in the next page.
    const mayGoOn = this.#options.column.maxRepetition > 0 && this.#unread > 0;
    return mayGoOn ? Math.max(0, this.#rows - 1) : this.#rows;
  }

  isAtEnd(): boolean {
    return this.#unread === 0 && this.#pages.length === 0;
  }

  /** JSON of the next entry, which is taken. */
  json(): Binary {
    const page = this.#pages[0];
    if (page === undefined) throw otherRows();
    const json = this.definition === this.#maxDefinition ? page.values.next(this.#toJson) : "null";
    this.#advance(page);
    return json;
  }

  /** Takes the next entry, whatever it is. */
  skip(): void {
    const page = this.#pages[0];
    if (page === undefined) throw otherRows();
    if (this.definition === this.#maxDefinition) page.values.skip(1);
    this.#advance(page);
  }

  /** Reads on until there is a further row that is complete, at least one page. */
  async read(): Promise<void> {
    do await this.#readPage();
    while (this.completeRows() === 0);
  }

  /** Passes over rows, of which not even the pages are read where it can be known. */
  async skipRows(rows: number): Promise<void> {
    for (let left = rows; left > 0;) {
      if (this.#rows === 0) left -= await this.#skipPages(left);
      if (left === 0) return;
      if (this.completeRows() === 0) await this.read();
      if (this.#options.column.maxRepetition === 0) left -= this.#skipInPage(left);
      else for (; left > 0 && this.completeRows() > 0; left--) this.#skipRow();
    }
  }

  #skipRow(): void {
    do this.skip();
    while (this.repetition > 0);
  }

  /** Of a column in no list: all that is wanted of the first page but its last entry, at once. */
  #skipInPage(rows: number): number {
    const page = this.#pages[0];
    if (page === undefined) throw otherRows();
    const skipped = Math.min(rows, this.#entries);
    const atOnce = skipped - 1;
    this.skip();
    if (atOnce > 0) this.#skipEntries(page, atOnce);
    return skipped;
  }

  /** The next entry is known already, those behind it are counted. */
  #skipEntries(page: DataPage, count: number): void {
    const { definitions, values } = page;
    const isThere = this.definition === this.#maxDefinition;
    const others = definitions?.count(count - 1, this.#maxDefinition) ?? count - 1;
    values.skip((isThere ? 1 : 0) + others);
    this.#rows -= count - 1;
    this.#entries -= count - 1;
    this.#advance(page);
  }

  /** Gives up what is left. */
  close(): void {
    const { memory } = this.#options;
    for (const { bytes } of this.#pages.splice(0)) memory.giveBack(bytes);
    memory.giveBack(this.#dictionaryBytes);
    this.#dictionaryBytes = 0;
  }

  #advance(page: DataPage): void {
    if (this.repetition === 0) this.#rows--;
    this.#entries--;
    if (this.#entries > 0) {
      this.#look(page);
      return;
    }
    this.#pages.shift();
    this.#options.memory.giveBack(page.bytes);
    this.#enterPage();
  }

  #enterPage(): void {
    const [page] = this.#pages;
    this.#entries = page?.entries ?? 0;
    this.repetition = 0;
    this.definition = 0;
    if (page !== undefined) this.#look(page);
  }

  #look({ repetitions, definitions }: DataPage): void {
    if (repetitions !== undefined) this.repetition = repetitions.next();
    this.definition = definitions === undefined ? this.#maxDefinition : definitions.next();
  }

  /** Pages that lie in `rows` as a whole, as far as their headers tell. Returns their rows. */
  async #skipPages(rows: number): Promise<number> {
    const { column, input } = this.#options;
    let skipped = 0;
    while (this.#unread > 0) {
      const header = await this.#header();
      if (header.kind === "data" || header.kind === "data v2") {
        const known = column.maxRepetition === 0 ? header.values : header.v2?.rows;
        if (known === undefined || known > rows - skipped) return skipped;
        this.#count(header);
        input.skip(header.length + header.compressedBytes);
        skipped += known;
      } else await this.#readOther(header);
    }
    return skipped;
  }

  async #readPage(): Promise<void> {
    for (;;) {
      if (this.#unread === 0) throw otherRows();
      const header = await this.#header();
      if (header.kind !== "data" && header.kind !== "data v2") {
        await this.#readOther(header);
        continue;
      }
      this.#count(header);
      const { column, chunk, memory } = this.#options;
      const stored = await this.#stored(header);
      const page = this.#decode(() =>
        readDataPage(header, stored, {
          column,
          codec: chunk.codec,
          dictionary: this.#dictionary,
        }),
      );
      if (page.entries === 0) {
        memory.giveBack(page.bytes);
        continue;
      }
      this.#rows += page.rows;
      this.#pages.push(page);
      if (this.#pages.length === 1) this.#enterPage();
      return;
    }
  }

  #count({ values }: PageHeader): void {
    if (values > this.#unread) throw otherRows();
    this.#unread -= values;
  }

  /** Leaves the input where it is. */
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

  /** A page is no larger than its column chunk: what says otherwise is not believed. */
  #checked(header: PageHeader): PageHeader {
    const { bytes, uncompressedBytes } = this.#options.chunk;
    const fits =
      header.compressedBytes <= bytes + SLACK_BYTES &&
      header.uncompressedBytes <= uncompressedBytes + SLACK_BYTES;
    if (!fits) throw new CorruptDataError("a page is larger than its column chunk");
    return header;
  }

  /** The bytes of the page, for which the memory has been taken. */
  async #stored(header: PageHeader): Promise<Buffer> {
    const { input, memory } = this.#options;
    memory.take(bytesOf(header));
    input.skip(header.length);
    const stored = await input.take(header.compressedBytes);
    checkCrc(header, stored);
    return stored;
  }

  async #readOther(header: PageHeader): Promise<void> {
    const { input, column, chunk } = this.#options;
    if (header.kind !== "dictionary") {
      input.skip(header.length + header.compressedBytes);
      return;
    }
    if (this.#dictionary !== undefined)
      throw new CorruptDataError("a column chunk has two dictionaries");
    const stored = await this.#stored(header);
    this.#dictionaryBytes = bytesOf(header);
    this.#dictionary = this.#decode(() => {
      const bytes = decompressPage(chunk.codec, stored, header.uncompressedBytes);
      return new Dictionary(column.element, bytes, header.values);
    });
  }

  /** Buffers throw RangeError where damaged data lead beyond them. */
  #decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CorruptDataError("a page is damaged", { cause: error });
    }
  }
}

function otherRows(): CorruptDataError {
  return new CorruptDataError("a column has other rows than its row group");
}
