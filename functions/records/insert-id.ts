import { hash } from "node:crypto";

import { INSERT_ID, MAX_INSERT_ID_BYTES, PLACEHOLDER_IDS } from "../event/limits.ts";

/** Whether Mixpanel accepts `id` as it is. */
export function isUsableInsertId(id: string): boolean {
  return INSERT_ID.test(id) && !isPlaceholder(id);
}

function isPlaceholder(id: string): boolean {
  return mayBePlaceholder(id) && PLACEHOLDER_IDS.has(id.toLowerCase());
}

const PLACEHOLDER_LENGTHS: ReadonlySet<number> = new Set(
  [...PLACEHOLDER_IDS].map((id) => id.length),
);

/** Nearly all ids are told from placeholders by their length alone. */
export function mayBePlaceholder({ length }: string): boolean {
  return PLACEHOLDER_LENGTHS.has(length);
}

/**
 * The id that replaces `value`, the text of a `$insert_id` that cannot be used as it is (a JSON
 * string's contents, or the JSON text of anything else). The same value always gives the same id,
 * so that Mixpanel recognises what is sent twice; `whenEmpty` names an event that has no id of its
 * own.
 */
export function toUsableInsertId(value: string, whenEmpty: () => string): string {
  if (isUsableInsertId(value)) return value;
  if (value.trim() === "" || isPlaceholder(value)) return whenEmpty();
  return digest(value);
}

/**
 * The id of an event that has none: a digest of what identifies it (the record's bytes, or its
 * position), and of which event of that record it is: a transform can make several (`ordinal`
 * counts from 0).
 */
export function syntheticInsertId(identity: Buffer | string, ordinal: number): string {
  if (ordinal === 0) return digest(identity);
  return digest(Buffer.concat([Buffer.from(identity), Buffer.from(`\0${ordinal}`)]));
}

/** As long as an id may be: 36 hexadecimal digits are 144 bits, too many to collide. */
function digest(data: Buffer | string): string {
  return hash("sha256", data, "hex").slice(0, MAX_INSERT_ID_BYTES);
}
