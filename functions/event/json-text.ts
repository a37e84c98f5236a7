const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Past the closing quote of the JSON string that goes on at `at`; past the end of `text` when it
 * has none.
 */
export function endOfString(text: string, at: number): number {
  let position = at;
  while (position < text.length && text.charCodeAt(position) !== QUOTE)
    position += text.charCodeAt(position) === BACKSLASH ? 2 : 1;
  return position + 1;
}
