import { LINE_FEED, QUOTE, USUAL_DELIMITERS, type Dialect } from "./dialect.ts";
import { RecordScanner } from "./record-scanner.ts";

/** Records behind the header that have to agree with it. */
const PROOF_RECORDS = 20;

/** The beginning of contents, from their header on. */
export interface CsvHead {
  readonly bytes: Buffer;
  /** Where the header begins. */
  readonly start: number;
  /** Whether the bytes are all there is, or as much as is ever looked at. */
  readonly isEnough: boolean;
  readonly lineEnd: Dialect["lineEnd"];
}

/** What separates the fields; undefined: it is not clear. */
export interface FoundDelimiter {
  readonly delimiter: string | undefined;
  /** Whether a quote of the header is never closed: then it has no end. */
  readonly isHeaderOpen?: true;
}

/**
 * Tells what separates the fields: the one usual delimiter that the header has outside quotes. When
 * it has several, records decide: of the first twenty all must have as many fields as the header;
 * when none or several delimiters pass that, the most frequent one in the header, if most records
 * agree with it and with no other as many. It never decides against the header because a faulty
 * file would fit better.
 *
 * @returns undefined when more of the contents is needed
 */
export function findDelimiter(head: CsvHead): FoundDelimiter | undefined {
  const counts = countInHeader(head);
  if (counts === "open")
    return head.isEnough ? { delimiter: undefined, isHeaderOpen: true } : undefined;
  if (counts === undefined) return undefined;
  const present = USUAL_DELIMITERS.filter((delimiter) => (counts.get(delimiter) ?? 0) > 0);
  if (present.length <= 1) return { delimiter: present[0] };
  const fits: Candidate[] = [];
  for (const delimiter of present) {
    const fit = fitOf(head, delimiter);
    if (fit === undefined) return undefined;
    fits.push({ ...fit, delimiter, inHeader: counts.get(delimiter) ?? 0 });
  }
  return { delimiter: judge(fits) };
}

/** How many records have as many fields as the header when `delimiter` separates them. */
interface Candidate {
  readonly delimiter: string;
  readonly inHeader: number;
  readonly fitting: number;
  readonly records: number;
}

function judge(candidates: readonly Candidate[]): string | undefined {
  const proved = candidates.filter(({ fitting, records }) => records > 0 && fitting === records);
  const [winner, ...others] = proved.length > 0 ? mostFrequent(proved) : mostFrequent(candidates);
  if (winner === undefined || others.length > 0) return undefined;
  if (proved.length > 0 || winner.records === 0) return winner.delimiter;
  const isRivalled = candidates.some(
    (candidate) => candidate !== winner && candidate.fitting >= winner.fitting,
  );
  return winner.fitting * 2 > winner.records && !isRivalled ? winner.delimiter : undefined;
}

function mostFrequent(candidates: readonly Candidate[]): readonly Candidate[] {
  const most = Math.max(...candidates.map(({ inHeader }) => inHeader));
  return candidates.filter(({ inHeader }) => inHeader === most);
}

/** How often each usual delimiter is outside quotes. "open": the bytes end within quotes. */
function countInHeader({
  bytes,
  start,
  isEnough,
  lineEnd,
}: CsvHead): ReadonlyMap<string, number> | "open" | undefined {
  const ends = lineEnd === "lf" ? "\n" : "\r\n";
  const counts = new Map<string, number>();
  let isQuoted = false;
  let isFieldStart = true;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isQuoted) {
      if (byte === QUOTE) isQuoted = false;
      continue;
    }
    const text = String.fromCharCode(byte);
    if (ends.includes(text)) return counts;
    // A quote behind a closing one goes on with the field.
    isQuoted = byte === QUOTE && (isFieldStart || bytes[at - 1] === QUOTE);
    isFieldStart = USUAL_DELIMITERS.some((delimiter) => delimiter === text);
    if (isFieldStart) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  if (isQuoted) return "open";
  return isEnough ? counts : undefined;
}

function fitOf(
  { bytes, start, isEnough, lineEnd }: CsvHead,
  delimiter: string,
): Pick<Candidate, "fitting" | "records"> | undefined {
  const scanner = new RecordScanner({ delimiter, lineEnd }, 0);
  let columns = 0;
  let records = 0;
  let fitting = 0;
  for (let at = start; at < bytes.length && records < PROOF_RECORDS; at = scanner.next) {
    // What is cut off by the end of the head proves nothing, unless that is the end of all.
    if (scanner.scan(bytes, at, bytes.length, isEnough) !== "whole") {
      if (!isEnough) return undefined;
      break;
    }
    if (scanner.end === at) continue;
    if (columns === 0) {
      columns = scanner.fields;
      if (scanner.isBroken) return { records: 1, fitting: 0 };
      continue;
    }
    records++;
    if (scanner.fields === columns && !scanner.isBroken) fitting++;
  }
  return records < PROOF_RECORDS && !isEnough ? undefined : { records, fitting };
}

/**
 * What ends the lines of contents: carriage returns only where there is no line feed far and wide.
 * Undefined: more of the contents is needed.
 */
export function findLineEnd(
  bytes: Buffer,
  start: number,
  isEnough: boolean,
): Dialect["lineEnd"] | undefined {
  const looked = bytes.subarray(start, start + LINE_END_BYTES);
  if (looked.includes(LINE_FEED)) return "lf";
  if (looked.length < LINE_END_BYTES && !isEnough) return undefined;
  return looked.includes("\r") ? "cr" : "lf";
}

const LINE_END_BYTES = 64 * 1024;
