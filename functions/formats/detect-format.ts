import { MAX_EVENT_BYTES } from "../event/limits.ts";
import { foreignFormatOf, SIGNATURE_BYTES, type ForeignFormat } from "./foreign-formats.ts";
import type { ObjectHints } from "./format.ts";
import { detectJson } from "./json/detect-json.ts";
import { NDJSON } from "./ndjson/ndjson-format.ts";
import type { Format } from "./registry.ts";

/** What the contents of an object are. */
export type Detected =
  | { readonly kind: "format"; readonly format: Format }
  /** Recognised, and not read. */
  | { readonly kind: "foreign"; readonly foreign: ForeignFormat }
  /** Of a format that is read, but what reading begins with is missing or wrong. */
  | { readonly kind: "unreadable"; readonly error: string };

/** No more than this is looked at: what is longer is no event. */
export const MAX_HEAD_BYTES = MAX_EVENT_BYTES + 64 * 1024;

/**
 * Tells the format of contents from their beginning, decompressed, and from what is known besides.
 *
 * @param isWhole whether `head` is all there is
 * @returns undefined when more is needed; never once `head` has MAX_HEAD_BYTES
 */
export function detectFormat(
  head: Buffer,
  isWhole: boolean,
  { configured }: ObjectHints,
): Detected | undefined {
  const isEnough = isWhole || head.length >= MAX_HEAD_BYTES;
  if (!isEnough && head.length < SIGNATURE_BYTES) return undefined;
  const foreign = foreignFormatOf(head);
  if (foreign !== undefined) return { kind: "foreign", foreign };
  if (configured === NDJSON.name) return { kind: "format", format: NDJSON };
  const format = detectJson(head.subarray(0, MAX_HEAD_BYTES), isEnough);
  return format === undefined ? undefined : { kind: "format", format };
}
