import { diff } from "node:util";

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 2;
const MAX_SHOWN = 200;

/**
 * `util.diff` says 1 of a line that is only in its first argument, and -1 of one that is only in
 * its second.
 */
const MARKS: Readonly<Record<number, string>> = { 1: "-", 0: " ", [-1]: "+" };

/**
 * How `actual` differs from `expected` (lines of JSON), property by property: `-` was expected, `+`
 * is what there is. "" when they say the same in the same words.
 */
export function goldenDiff(expected: string, actual: string): string {
  if (expected === actual) return "";
  const entries = diff(readable(expected), readable(actual));
  const isNear = entries.map((_, index) =>
    entries
      .slice(Math.max(index - CONTEXT_LINES, 0), index + CONTEXT_LINES + 1)
      .some(([operation]) => operation !== 0),
  );
  const shown = entries.flatMap(([operation, text], index) => {
    if (isNear[index] === true) return [`${MARKS[operation] ?? " "} ${text}`];
    return isNear[index - 1] === true ? ["  ..."] : [];
  });
  const rest = shown.length - MAX_SHOWN;
  const more = rest > 0 ? [`  and ${rest} more lines`] : [];
  return [...shown.slice(0, MAX_SHOWN), ...more].join("\n");
}

/** One property a line; each event is headed by its number. */
function readable(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line, index) => [`event ${index + 1}`, ...spread(line)]);
}

/**
 * What is the same when it is parsed may still be written otherwise: an integer beyond 2^53, an
 * escape.
 */
function spread(line: string): string[] {
  try {
    const value: unknown = JSON.parse(line);
    if (JSON.stringify(value) !== line) return [line];
    return JSON.stringify(value, null, 2).split("\n");
  } catch {
    return [line];
  }
}
