import type { Position } from "../event/record.ts";
import type { ContentBlock } from "./record-block.ts";

/**
 * What a format is to everything else: contents become records with their place, and reading goes
 * on from any place that a record had. A format is data (`F`), decided on once, in the first run,
 * and carried in continuations; what is done with it is its reader. Readers are listed in
 * registry.ts.
 */
export interface FormatReader<F extends NamedFormat> {
  /**
   * Whether a record is a row: its bytes are canonical row JSON (row-json.ts), made from columns of
   * a file, and not its own bytes. Without a transform, rows of the usual columns are made events.
   */
  readonly hasRows: boolean;
  /** Whether `offset` of a place counts bytes of the contents, or rows. */
  readonly offsetIn: "bytes" | "rows";
  /** What a continuation carries of the format. @default all of it */
  readonly carried?: (format: F) => F;
  /** The format as a continuation carries it; undefined when that is not one of this format. */
  readonly decode: (fields: Readonly<Record<string, unknown>>) => F | undefined;
  /**
   * The records from `start` on, which is the beginning, or the place of a record.
   *
   * @throws what the source throws; UnclosedContentsError after the last record;
   *   UnreadableContentsError when there can be no records
   */
  readonly read: (source: ContentSource, format: F, start: Position) => AsyncIterable<ContentBlock>;
}

/** Any format, as data that JSON can hold. */
export interface NamedFormat {
  readonly name: string;
}

/** The contents of an object, in each of the ways in which a format may want them. */
export interface ContentSource {
  /** Decompressed, from where reading starts on. To be read once; nothing is read before. */
  readonly chunks: AsyncIterable<Buffer>;
  /**
   * Whether the chunks have ended because what follows is damaged, and not because nothing does. To
   * be asked when they have.
   *
   * @default no
   */
  readonly isCutOff?: () => boolean;
  /**
   * Decompressed, from the very beginning, as often as wanted: for what a continuation has no room
   * for.
   */
  readonly fromBeginning: () => AsyncIterable<Buffer>;
  /** Any part of the object; undefined when it is compressed, or comes through a pipe. */
  readonly randomAccess?: RandomAccess;
  /** Is told the names of columns that are not read because of their type. */
  readonly onColumnsLeftOut?: (columns: readonly string[]) => void;
}

/** An object that can be read in any order. Both methods throw what reading an object throws. */
export interface RandomAccess {
  /** Stored bytes of the object. */
  readonly size: () => Promise<number>;
  /** `length` stored bytes from `offset` on, fewer only where the object ends. */
  readonly readAt: (offset: number, length: number) => Promise<Buffer>;
}

/** What is known of an object besides its contents. All of it may be wrong. */
export interface ObjectHints {
  /** The object's name. */
  readonly name: string;
  /** Its `Content-Type`, as its notification says. */
  readonly contentType?: string | undefined;
  /** What the setting `formats` says it is: a name of CONFIGURABLE_FORMATS. */
  readonly configured?: string | undefined;
}
