/**
 * A name of an event or a property, or a pattern that is looked for in it: `/^debug_/` names all
 * that begin so.
 */
export type NamePattern = string | RegExp;

/** Makes the function that says whether a name is among `patterns`. */
export function matchNames(patterns: readonly NamePattern[]): (name: string) => boolean {
  const names = new Set(patterns.filter((pattern) => typeof pattern === "string"));
  const expressions = patterns.filter((pattern) => typeof pattern !== "string");
  return (name) =>
    names.has(name) ||
    // `search` takes no notice of where a global expression stopped last time.
    expressions.some((expression) => name.search(expression) !== -1);
}
