import { trimStart } from "../event/record.ts";
import { configuredCsv, namedCsv, openCsv, type CsvClaim } from "./csv/detect-csv.ts";
import { foreignFormatOf, SIGNATURE_BYTES, type ForeignFormat } from "./foreign-formats.ts";
import type { ObjectHints } from "./format.ts";
import { MAX_HEAD_BYTES } from "./head.ts";
import { OPEN_ARRAY } from "./json/bytes.ts";
import { detectJson, isJsonLine } from "./json/detect-json.ts";
import { NDJSON } from "./ndjson/ndjson-format.ts";
import { isParquet, PARQUET } from "./parquet/parquet-format.ts";
import type { Format } from "./registry.ts";

/** What the contents of an object are. */
export type Detected =
  | { readonly kind: "format"; readonly format: Format }
  /** Recognised, and not read. */
  | { readonly kind: "foreign"; readonly foreign: ForeignFormat }
  /** Of a format that is read, but what reading begins with is missing or wrong. */
  | { readonly kind: "unreadable"; readonly error: string };

/**
 * Tells the format of contents from their beginning, decompressed, and from what is known besides:
 * what is not read has its magic bytes whatever anybody says; the setting `formats` comes before
 * names and types, which say only what is CSV; the rest is for the contents to say.
 *
 * @param isWhole whether `head` is all there is
 * @returns undefined when more is needed; never once `head` has MAX_HEAD_BYTES
 */
export function detectFormat(
  head: Buffer,
  isWhole: boolean,
  hints: ObjectHints,
): Detected | undefined {
  const isEnough = isWhole || head.length >= MAX_HEAD_BYTES;
  if (!isEnough && head.length < SIGNATURE_BYTES) return undefined;
  const foreign = foreignFormatOf(head);
  if (foreign !== undefined) return { kind: "foreign", foreign };
  if (isParquet(head)) return { kind: "format", format: PARQUET };
  const configured = detectConfigured(head, isEnough, hints);
  if (configured !== "not") return configured;
  const jsonHead = head.subarray(0, MAX_HEAD_BYTES);
  const json = detectJson(jsonHead, isEnough);
  if (json === undefined) return undefined;
  const csv = json.name === "ndjson" ? namedCsv(hints) : undefined;
  if (csv === undefined || isJsonLine(jsonHead)) return { kind: "format", format: json };
  return detectCsv(head, isEnough, csv);
}

/** "not": the setting `formats` says nothing of the object. */
function detectConfigured(
  head: Buffer,
  isEnough: boolean,
  hints: ObjectHints,
): Detected | undefined | "not" {
  const csv = configuredCsv(hints);
  if (csv !== undefined) return detectCsv(head, isEnough, csv);
  if (hints.configured === "ndjson") return { kind: "format", format: NDJSON };
  if (hints.configured !== "json") return "not";
  const start = trimStart(head, 0, head.length);
  if (start === head.length && !isEnough) return undefined;
  return { kind: "format", format: { name: "json", isArray: head[start] === OPEN_ARRAY } };
}

function detectCsv(head: Buffer, isEnough: boolean, claim: CsvClaim): Detected | undefined {
  // Nothing is in it: that is a file without records, and without faults.
  if (trimStart(head, 0, head.length) === head.length)
    return isEnough ? { kind: "format", format: NDJSON } : undefined;
  const opened = openCsv(head, isEnough, claim);
  return opened?.kind === "csv" ? { kind: "format", format: opened.format } : opened;
}
