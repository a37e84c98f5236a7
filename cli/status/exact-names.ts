/** What patterns of `replay --source` and `backfill` would take for something else than itself. */
const SPECIAL = /[*?[\]{}()!+@|\\"]/g;

/**
 * The `--source` of replay that means this source, and not those whose names begin with it.
 *
 * @param source `gs://bucket/object` without its generation, or a subscription
 */
export function exactSource(source: string): string {
  return /[*?[\]{}]/.test(source) ? source.replace(SPECIAL, String.raw`\$&`) : `${source}#`;
}

/** The argument of backfill that means this object alone. */
export function exactTarget(bucket: string, object: string): string {
  const name = /[*?[{\\]/.test(object) ? object.replace(SPECIAL, String.raw`\$&`) : object;
  return `gs://${bucket}/${name}`;
}

/**
 * The text that a pattern means alone, since all in it that has a meaning is behind a backslash;
 * undefined: it means more. Picomatch reads a leading `./`, and several backslashes, as something
 * else.
 */
export function textOfPattern(pattern: string): string | undefined {
  const isLiteral = pattern.includes("\\") && pattern.replace(/\\./gs, "").search(SPECIAL) === -1;
  return isLiteral ? pattern.replace(/\\(.)/gs, "$1") : undefined;
}
