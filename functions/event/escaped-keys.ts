/**
 * Keys that are written with escapes, kept from `JSON.parse`. V8 expects of an object the keys that it saw last in
 * such an object, and compares them with the bytes before it looks for escapes: a key that ends in a backslash is
 * then found in any key that goes on with an escape there, and that object gets a wrong key.
 * https://github.com/nodejs/node/issues/63785 (Node 24 and 26)
 */

/** Half-open range of a key in a text, quotes included. */
interface KeyRange {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = /[ \t\r\n]*:/y;

/** The keys of `text`, valid JSON, that are written with escapes. Costs one look for a backslash where there is none. */
export function findEscapedKeys(text: string): readonly KeyRange[] {
  const keys: KeyRange[] = [];
  let end = 0;
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", end)) {
    end = endOfString(text, at);
    COLON.lastIndex = end;
    // Between a string's first escape and its opening quote is no other quote.
    if (COLON.test(text)) keys.push({ start: text.lastIndexOf('"', at), end });
  }
  return keys;
}

/** Past the closing quote of the string in which an escape begins at `at`. */
function endOfString(text: string, at: number): number {
  let position = at;
  while (position < text.length && text.charCodeAt(position) !== QUOTE)
    position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  return position + 1;
}

/** A text without escaped keys, and the names that they stand for. */
export interface HiddenKeys {
  readonly text: string;
  readonly names: ReadonlyMap<string, string>;
}

/** Half of a surrogate pair: text that was decoded from bytes has none, so that no other key is mistaken for ours. */
const LONE_SURROGATE = "\ud800";

/** Puts names without escapes in the place of `keys`, which `findEscapedKeys` found in `text`. */
export function hideEscapedKeys(text: string, keys: readonly KeyRange[]): HiddenKeys {
  const names = new Map<string, string>();
  const pieces: string[] = [];
  let copied = 0;
  for (const { start, end } of keys) {
    const name = `${LONE_SURROGATE}${names.size}`;
    // A string alone is parsed as it should be.
    names.set(name, String(JSON.parse(text.slice(start, end))));
    pieces.push(text.slice(copied, start), `"${name}"`);
    copied = end;
  }
  return { text: [...pieces, text.slice(copied)].join(""), names };
}

/** The object, with the names its keys stand for, in the same order; of equal ones the last value stays. */
export function showEscapedKeys(object: object, names: HiddenKeys["names"]): object {
  const members = Object.entries(object);
  if (!members.some(([key]) => names.has(key))) return object;
  return Object.fromEntries(
    members.map(([key, value]) => [names.get(key) ?? key, value as unknown]),
  );
}
