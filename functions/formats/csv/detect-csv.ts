import type { ObjectHints } from "../format.ts";
import { MAX_HEAD_BYTES } from "../head.ts";
import type { CsvFormat } from "./csv-format.ts";
import { findDelimiter, findLineEnd, type CsvHead, type FoundDelimiter } from "./delimiter.ts";
import { CARRIAGE_RETURN, endsLine, LINE_FEED, type Dialect } from "./dialect.ts";
import { NEVER_CLOSED, readHeader } from "./header.ts";
import { separatorIn, skipByteOrderMark } from "./preamble.ts";

/** Something is CSV because somebody says so. */
export interface CsvClaim {
  /** What separates the fields, when that is said, too. */
  readonly delimiter: string | undefined;
  /** Whether it is said that there is no header line: then the first line is a record. */
  readonly isHeaderAbsent?: boolean;
}

/** What CSV comes to. */
export type OpenedCsv =
  | { readonly kind: "csv"; readonly format: CsvFormat }
  /** No records can be read. */
  | { readonly kind: "unreadable"; readonly error: string };

/** Values of the setting `formats` that say so. */
const CONFIGURED: ReadonlyMap<string, CsvClaim> = new Map([
  ["csv", { delimiter: undefined }],
  ["csv-comma", { delimiter: "," }],
  ["csv-semicolon", { delimiter: ";" }],
  ["csv-pipe", { delimiter: "|" }],
  ["tsv", { delimiter: "\t" }],
]);

const NAME = /\.([ct])sv(\.(gz|gzip|zst|zstd))?$/i;

/** https://www.iana.org/assignments/media-types/media-types.xhtml */
const CONTENT_TYPE = /^\s*text\/(csv|tab-separated-values)\s*(;|$)/i;

/** https://www.rfc-editor.org/rfc/rfc4180#section-3 */
const HEADER_ABSENT = /;\s*header\s*=\s*"?absent"?\s*(;|$)/i;

/** Whether the setting `formats` says that an object is CSV. */
export function configuredCsv({ configured }: ObjectHints): CsvClaim | undefined {
  return configured === undefined ? undefined : CONFIGURED.get(configured);
}

/** Whether an object's name, or else its content type, says that it is CSV. */
export function namedCsv({ name, contentType = "" }: ObjectHints): CsvClaim | undefined {
  const [, letter] = NAME.exec(name) ?? [];
  const [, type] = CONTENT_TYPE.exec(contentType) ?? [];
  if (letter === undefined && type === undefined) return undefined;
  const isTabbed =
    letter === undefined ? type?.toLowerCase() !== "csv" : letter.toLowerCase() === "t";
  const isHeaderAbsent = type !== undefined && HEADER_ABSENT.test(contentType);
  return { delimiter: isTabbed ? "\t" : undefined, ...(isHeaderAbsent && { isHeaderAbsent }) };
}

const NO_HEADER = "CSV: no header line: put the names of its columns on the first line";
const TOO_LONG = "CSV: its header line is longer than 1 MB";
const UNCLEAR =
  "CSV: it is not clear what separates its columns: say so in the setting formats (csv-comma, " +
  "csv-semicolon, csv-pipe, tsv), or on a first line such as sep=;";

/**
 * Reads the header of CSV, and tells what separates its fields.
 *
 * @param bytes the beginning of the contents
 * @param isEnough whether that is all there is, or as much as is ever looked at
 * @returns undefined when more is needed
 */
export function openCsv(bytes: Buffer, isEnough: boolean, claim: CsvClaim): OpenedCsv | undefined {
  if (claim.isHeaderAbsent === true) return unreadable(NO_HEADER);
  const begin = skipByteOrderMark(bytes) ?? (isEnough ? 0 : undefined);
  if (begin === undefined) return undefined;
  const lineEnd = findLineEnd(bytes, begin, isEnough);
  if (lineEnd === undefined) return undefined;
  const dialect = { delimiter: claim.delimiter ?? ",", lineEnd };
  const firstEnd = endOfLine(bytes, begin, dialect);
  if (firstEnd === undefined && !isEnough) return undefined;
  const said = separatorIn(bytes, begin, firstEnd ?? bytes.length);
  const start = skipBlankLines(bytes, said === undefined ? begin : (firstEnd ?? bytes.length));
  if (start === bytes.length) return isEnough ? unreadable(NO_HEADER) : undefined;
  const head: CsvHead = { bytes, start, isEnough, lineEnd };
  const told = said ?? claim.delimiter;
  const found: FoundDelimiter | undefined =
    told === undefined ? findDelimiter(head) : { delimiter: told };
  if (found === undefined) return undefined;
  const { delimiter, isHeaderOpen } = found;
  if (isHeaderOpen === true) return unreadable(`CSV: ${NEVER_CLOSED}`);
  return delimiter === undefined ? unreadable(UNCLEAR) : withHeader(head, { delimiter, lineEnd });
}

function withHeader(head: CsvHead, dialect: Dialect): OpenedCsv | undefined {
  const header = readHeader(head, dialect);
  if (header === undefined) return undefined;
  if (header.kind === "unusable") return unreadable(header.error);
  if (header.end - head.start >= MAX_HEAD_BYTES) return unreadable(TOO_LONG);
  return { kind: "csv", format: { name: "csv", ...dialect, columns: header.columns } };
}

/** Undefined: it is not there yet. */
function endOfLine(bytes: Buffer, start: number, dialect: Dialect): number | undefined {
  const end = bytes.subarray(start).findIndex((byte) => endsLine(byte, dialect));
  return end === -1 ? undefined : start + end;
}

/** Where the first line begins that has something on it. */
function skipBlankLines(bytes: Buffer, from: number): number {
  let start = from;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) start = at + 1;
    else if (byte !== SPACE && byte !== TAB) return start;
  }
  return bytes.length;
}

const SPACE = 0x20;
const TAB = 0x09;

function unreadable(error: string): OpenedCsv {
  return { kind: "unreadable", error };
}
