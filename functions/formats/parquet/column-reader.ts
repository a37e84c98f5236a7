import { toJsonOf, type Binary, type ToJson } from "./json-values.ts";
import type { DataPage } from "./page.ts";
import { otherRows, PageSource, type PageSourceOptions } from "./page-source.ts";

/**
 * The values of a column chunk, one after the other. Pages are read when they are asked for, and
 * given up when their last value is taken.
 *
 * All methods throw CorruptDataError; those that read also UnreadableContentsError and what reading
 * throws.
 */
export class ColumnReader {
  readonly #source: PageSource;
  readonly #maxDefinition: number;
  readonly #isInList: boolean;
  readonly #toJson: ToJson;
  /** Those that are read and not yet taken to their end. */
  readonly #pages: DataPage[] = [];
  /** Of the first page: the next entry and those behind it. */
  #entries = 0;
  /** Rows that begin in what is read, the next entry included. */
  #rows = 0;
  /** At which level of repetition the next entry goes on; 0: it begins a row, or there is none. */
  repetition = 0;
  /** Up to which level of definition the next entry is there. */
  definition = 0;

  constructor(options: PageSourceOptions) {
    const { maxDefinition, maxRepetition, element } = options.column;
    this.#source = new PageSource(options);
    this.#maxDefinition = maxDefinition;
    this.#isInList = maxRepetition > 0;
    this.#toJson = toJsonOf(element);
  }

  /** Rows of which everything is read. */
  completeRows(): number {
    // The last one may go on in the next page.
    const mayGoOn = this.#isInList && !this.#source.isAtEnd();
    return mayGoOn ? Math.max(0, this.#rows - 1) : this.#rows;
  }

  isAtEnd(): boolean {
    return this.#source.isAtEnd() && this.#pages.length === 0;
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
    do {
      const page = await this.#source.next();
      this.#rows += page.rows;
      this.#pages.push(page);
      if (this.#pages.length === 1) this.#enterPage();
    } while (this.completeRows() === 0);
  }

  /** Passes over rows, of which not even the pages are read where it can be known. */
  async skipRows(rows: number): Promise<void> {
    for (let left = rows; left > 0;) {
      if (this.#rows === 0) left -= await this.#source.skip(left);
      if (left === 0) return;
      if (this.completeRows() === 0) await this.read();
      if (!this.#isInList) left -= this.#skipInPage(left);
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
    for (const page of this.#pages.splice(0)) this.#source.release(page);
    this.#source.close();
  }

  #advance(page: DataPage): void {
    if (this.repetition === 0) this.#rows--;
    this.#entries--;
    if (this.#entries > 0) {
      this.#look(page);
      return;
    }
    this.#pages.shift();
    this.#source.release(page);
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
}
