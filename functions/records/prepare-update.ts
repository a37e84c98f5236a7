import {
  checkUpdate,
  IDS,
  MAX_UPDATE_BYTES,
  profileIdIn,
  type CheckedUpdate,
  type ProfileRules,
} from "../event/profile-rules.ts";
import { LANES, REPEATABLE_OPERATORS, type ProfileUpdate } from "../event/profile-update.ts";
import { parseExactJson } from "../event/exact-json.ts";
import { TOO_LARGE, type Problem } from "../event/problem.ts";
import type { RecordBytes } from "../event/record.ts";
import type { JsonRecord } from "../event/transform-contract.ts";
import type { ScannedUpdate } from "../scan/scanned-update.ts";
import type { EventJson } from "./complete-event.ts";
import { scanObject } from "./json-scan.ts";

/** What becomes of one update of a profile. */
export type PreparedUpdate =
  | { readonly kind: "update"; readonly update: ProfileUpdate }
  | { readonly kind: "refused"; readonly problem: Problem };

/**
 * Checks an update, and leaves its bytes as they are: numbers, escapes and the order of keys
 * survive. Only a `$token` is taken out: the project's own is put in when the update is sent.
 *
 * @param value of `json`, read as Latin-1
 */
export function prepareUpdate(
  json: EventJson,
  value: JsonRecord,
  record: RecordBytes,
  rules: ProfileRules,
): PreparedUpdate {
  const verdict = checkUpdate(value, rules);
  if (verdict.kind === "refused") return verdict;
  const { kind, operator } = verdict.update;
  const bytes = Object.hasOwn(value, "$token") ? withoutToken(json) : json;
  if (bytes.end - bytes.start > MAX_UPDATE_BYTES) return { kind: "refused", problem: TOO_LARGE };
  const update: ProfileUpdate = {
    kind,
    bytes: bytes.bytes,
    start: bytes.start,
    end: bytes.end,
    lane: laneOf(exactId(verdict.update, json)),
    isRepeatable: REPEATABLE_OPERATORS.has(operator),
    hasIp: isAddress(value["$ip"]),
    record,
  };
  return { kind: "update", update };
}

/** The same of one that was only scanned. @returns undefined: it falls back to `JSON.parse` */
export function prepareScannedUpdate(
  { bytes, start, end }: EventJson,
  { operator, profileKind, hasIp, lane }: ScannedUpdate,
  record: RecordBytes,
  rules: ProfileRules,
): ProfileUpdate | undefined {
  if (!rules.operators.has(operator) || end - start > MAX_UPDATE_BYTES) return undefined;
  const isRepeatable = REPEATABLE_OPERATORS.has(operator);
  return { kind: profileKind, bytes, start, end, lane, isRepeatable, hasIp, record };
}

/** With anything else Mixpanel might take the address of the request. */
function isAddress(ip: unknown): boolean {
  return typeof ip === "string" && ip !== "";
}

/** A copy of the object without any `$token`. */
function withoutToken({ bytes, start, end }: EventJson): EventJson {
  const members = scanObject(bytes, start).filter(({ key }) => key !== "$token");
  const pieces = members.flatMap(({ keyStart, value }, index) => [
    Buffer.from(index === 0 ? "{" : ","),
    bytes.subarray(keyStart, value.end),
  ]);
  const copy = Buffer.concat([...pieces, bytes.subarray(end - 1, end)]);
  return { bytes: copy, start: 0, end: copy.length };
}

const ID_KEYS: ReadonlySet<string> = new Set(IDS);

/** Not ASCII, or an integer that a JavaScript number may not hold exactly. */
const NOT_EXACT = /[^\u0000-\u007f]|\d{16}/;

/**
 * The id as it was meant: one that is written with escapes here and without there is the same
 * profile's, and read as Latin-1 it would not be; nor would a long integer here and its text there.
 * Half a surrogate pair is what becomes of it in UTF-8.
 */
function exactId({ id }: CheckedUpdate, { bytes, start }: EventJson): string {
  if (!NOT_EXACT.test(id)) return id;
  // The ids alone: what else there is may be nested too deeply for an exact look.
  const members = scanObject(bytes, start).filter(({ key }) => ID_KEYS.has(key));
  const ids = members.map(({ key, value }) => {
    const text = bytes.toString("utf8", value.start, value.end);
    return [key, parseExactJson(text, true)] as const;
  });
  return profileIdIn(Object.fromEntries(ids)).toWellFormed();
}

const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;

/**
 * FNV-1a with its halves folded together, http://www.isthe.com/chongo/tech/comp/fnv#xor-fold:
 * short, and spreads ids evenly over 2^16 lanes.
 */
function laneOf(id: string): number {
  let sum = FNV_OFFSET;
  for (let at = 0; at < id.length; at++) sum = Math.imul(sum ^ id.charCodeAt(at), FNV_PRIME);
  return ((sum >>> 16) ^ sum) & (LANES - 1);
}
