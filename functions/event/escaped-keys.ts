/**
 * Keys that are written with escapes, kept from `JSON.parse`. V8 expects of an object the keys that
 * it saw last in such an object, and compares them with the bytes before it looks for escapes: a
 * key that ends in a backslash is then found in any key that goes on with an escape there, and that
 * object gets a wrong key. https://github.com/nodejs/node/issues/63785 (Node 24 and 26)
 */
import { endOfString } from "./json-text.ts";

const COLON = /[ \t\r\n]*:/y;

/**
 * Whether a key of `text`, valid JSON, is written with escapes. A text without backslashes costs
 * one look for them.
 */
export function hasEscapedKey(text: string): boolean {
  let end = 0;
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", end)) {
    end = endOfString(text, at);
    if (isKey(text, end)) return true;
  }
  return false;
}

/**
 * A text with names without escapes in the place of all keys, and the keys that these names stand
 * for.
 */
export interface HiddenKeys {
  readonly text: string;
  readonly keys: ReadonlyMap<string, string>;
}

/**
 * Hides the keys of `text`, valid JSON. Equal ones get the same name: the last of them is still the
 * one that counts.
 */
export function hideKeys(text: string): HiddenKeys {
  const names = new Map<string, string>();
  const pieces: string[] = [];
  let copied = 0;
  let end = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', end)) {
    end = endOfString(text, start + 1);
    if (!isKey(text, end)) continue;
    // A string alone is parsed as it should be.
    const key = String(JSON.parse(text.slice(start, end)));
    const name = names.get(key) ?? `key ${names.size}`;
    names.set(key, name);
    pieces.push(text.slice(copied, start), `"${name}"`);
    copied = end;
  }
  const keys = new Map([...names].map(([key, name]) => [name, key]));
  return { text: [...pieces, text.slice(copied)].join(""), keys };
}

/** The object with the keys that its names stand for. */
export function showKeys(object: object, { keys }: HiddenKeys): object {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [keys.get(name) ?? name, value as unknown]),
  );
}

/** Whether the string that ends at `end` is a key. */
function isKey(text: string, end: number): boolean {
  COLON.lastIndex = end;
  return COLON.test(text);
}
