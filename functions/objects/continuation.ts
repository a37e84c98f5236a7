import { isObject, parseJson } from "../platform/json.ts";
import {
  isBalanced,
  ZERO_COUNTERS,
  ZERO_UPDATES,
  type Counters,
  type UpdateCounts,
} from "../records/counters.ts";
import type { ProblemTally } from "./quarantine.ts";
import type { FirstError } from "./receipt.ts";
import type { JsonPlace } from "../event/record.ts";
import type { ResumePoint } from "../formats/object-records.ts";
import { decodeFormat, traitsOf, type Format } from "../formats/registry.ts";

/** How far the import of an object has come, and what is counted up to there. */
export interface Progress {
  readonly position: ResumePoint;
  readonly counters: Counters;
  readonly firstError: FirstError | null;
  /** What was wrong with the first records, until they are enough to judge the object by. */
  readonly problems: ProblemTally;
  /** The run this is for, from 1. */
  readonly run: number;
  /** When the first run started, RFC 3339. */
  readonly startedAt: string;
  /**
   * Stored bytes of the object, when its notification said so: every run checks what it reads
   * against it.
   */
  readonly size?: number;
  /** What the first run has told the contents to be. Absent: newline-delimited JSON. */
  readonly format?: Format;
}

/** The beginning of the first run. */
export function firstProgress(startedAt: string): Progress {
  return {
    position: { offset: 0, line: 1, member: null },
    counters: ZERO_COUNTERS,
    firstError: null,
    problems: new Map(),
    run: 1,
    startedAt,
  };
}

/** Of newline-delimited JSON, which code before other formats came reads too. */
const LINES_VERSION = 1;
/**
 * Of anything else: code that knows only lines dead-letters such a continuation, in the place of
 * reading on in the middle of an array.
 */
const FORMAT_VERSION = 2;

/** The data of a continuation message. */
export function encodeContinuation(progress: Progress, importId: string | undefined): Buffer {
  return Buffer.from(
    JSON.stringify({
      version: progress.format === undefined ? LINES_VERSION : FORMAT_VERSION,
      ...progress,
      problems: Object.fromEntries(progress.problems),
      ...(importId !== undefined && { importId }),
    }),
  );
}

/**
 * Reads the data of a continuation message; undefined when it is not one of this version. Every
 * field is checked: a wrong position would skip records in silence.
 */
export function decodeContinuation(data: Buffer): Progress | undefined {
  const value = parseJson(data);
  if (!isObject(value)) return undefined;
  const format = decodeCarriedFormat(value["version"], value["format"]);
  if (format === "unknown") return undefined;
  const position = decodePosition(value["position"]);
  const counters = decodeCounters(value["counters"]);
  const { firstError, run, startedAt, size } = value;
  if (position === undefined || counters === undefined) return undefined;
  if (!isCount(run) || run < 1) return undefined;
  if (typeof startedAt !== "string" || Number.isNaN(Date.parse(startedAt))) return undefined;
  if (firstError !== null && !isFirstError(firstError)) return undefined;
  if (size !== undefined && (!isCount(size) || isBehindTheEnd(position, size, format)))
    return undefined;
  const problems = decodeProblems(value["problems"]);
  return {
    position,
    counters,
    firstError,
    problems,
    run,
    startedAt,
    ...(format !== undefined && { format }),
    ...(size !== undefined && { size }),
  };
}

/** "unknown": not a version, or not a format, that this code reads. */
function decodeCarriedFormat(version: unknown, value: unknown): Format | undefined | "unknown" {
  if (version === LINES_VERSION) return undefined;
  if (version !== FORMAT_VERSION || !isObject(value)) return "unknown";
  return decodeFormat(value) ?? "unknown";
}

function decodePosition(value: unknown): ResumePoint | undefined {
  if (!isObject(value)) return undefined;
  const { offset, line, member } = value;
  const json = decodeJsonPlace(value["json"]);
  if (!isCount(offset) || !isCount(line) || line < 1 || json === "unknown") return undefined;
  const place = { offset, line, ...(json !== undefined && { json }) };
  if (member === null) return { ...place, member };
  if (!isObject(member)) return undefined;
  const { compressed, decompressed } = member;
  if (!isCount(compressed) || !isCount(decompressed) || decompressed > offset) return undefined;
  return { ...place, member: { compressed, decompressed } };
}

/** "unknown": not one that this code has written. */
function decodeJsonPlace(value: unknown): JsonPlace | undefined | "unknown" {
  if (value === undefined) return undefined;
  if (!isObject(value)) return "unknown";
  const { open, indent, isIndentOver } = value;
  if (!isCount(open) || !isCount(indent) || typeof isIndentOver !== "boolean") return "unknown";
  return { open, indent, isIndentOver };
}

/** Of what is not compressed, places are those of the stored bytes, unless rows are counted. */
function isBehindTheEnd(
  { offset, member }: ResumePoint,
  size: number,
  format: Format | undefined,
): boolean {
  const countsBytes = format === undefined || traitsOf(format).offsetIn === "bytes";
  return countsBytes && member === null && offset > size;
}

function decodeCounters(value: unknown): Counters | undefined {
  if (!isObject(value)) return undefined;
  const records = countsIn(value["records"], ["read", "dropped", "unusable", "used"]);
  const events = countsIn(value["events"], ["produced", "imported", "rejected", "idsAdded"]);
  const { requests, retries } = value;
  if (records === undefined || events === undefined) return undefined;
  if (!isCount(requests) || !isCount(retries)) return undefined;
  const profiles = decodeUpdates(value["profiles"]);
  const groups = decodeUpdates(value["groups"]);
  if (profiles === undefined || groups === undefined) return undefined;
  const counters = { records, events, profiles, groups, requests, retries };
  return isBalanced(counters) ? counters : undefined;
}

/** Code from before profiles wrote none, and had sent none. */
function decodeUpdates(value: unknown): UpdateCounts | undefined {
  if (value === undefined) return ZERO_UPDATES;
  return countsIn(value, ["produced", "imported", "rejected", "unconfirmed"]);
}

/** Without it (an earlier version wrote none) only the quarantine's advice knows less. */
function decodeProblems(value: unknown): ProblemTally {
  if (!isObject(value)) return new Map();
  return new Map(
    Object.entries(value).filter((entry): entry is [string, number] => isCount(entry[1])),
  );
}

function countsIn<Key extends string>(
  value: unknown,
  keys: readonly Key[],
): Record<Key, number> | undefined {
  if (!isObject(value)) return undefined;
  const entries = keys.map((key) => [key, value[key]] as const);
  if (!entries.every(([, count]) => isCount(count))) return undefined;
  return Object.fromEntries(entries) as Record<Key, number>;
}

function isFirstError(value: unknown): value is FirstError {
  return (
    isObject(value) &&
    typeof value["reason"] === "string" &&
    typeof value["field"] === "string" &&
    (value["error"] === undefined || typeof value["error"] === "string") &&
    isCount(value["line"])
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
