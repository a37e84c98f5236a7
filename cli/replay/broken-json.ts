import { isObject, parseJson } from "../../functions/platform/json.ts";

/**
 * What may have happened to a line of JSON that somebody has edited, and what to do. Nothing of the
 * line is in it.
 *
 * @param text a line that does not parse, without white space around it
 */
export function describeBrokenJson(text: string): string {
  if (text === "[" || text === "]")
    return "is of a list. Give one letter a line, without brackets: jq -c '.[]'";
  if (text === "{" || /^"[a-zA-Z0-9]+" *: *\{?.*,?$/.test(text.slice(0, 200)))
    return "is of a letter on several lines. Give each letter one line: jq -c .";
  const end = endOfFirst(text);
  if (end === undefined) return `is no JSON${columnOf(text)}`;
  const rest = text.slice(end).trim();
  if (rest === ",") return "has a comma behind the letter. Delete it";
  if (/^,?\s*\{/.test(rest)) return "has two letters. Give each a line of its own";
  return `has something behind the letter, from column ${end + 1} on. Delete it`;
}

/** Where a whole object at the beginning ends; undefined when there is none. */
function endOfFirst(text: string): number | undefined {
  const position = /after JSON at position (\d+)/.exec(errorOf(text))?.[1];
  if (position === undefined) return undefined;
  const end = Number(position);
  return isObject(parseJson(text.slice(0, end))) ? end : undefined;
}

function columnOf(text: string): string {
  const error = errorOf(text);
  if (/^Unexpected end|^Unterminated/.test(error)) return ": it ends within the letter";
  const position = /at position (\d+)/.exec(error)?.[1];
  return position === undefined ? "" : `, from column ${Number(position) + 1} on`;
}

/** V8 says where; the rest of its message may quote the text. */
function errorOf(text: string): string {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
