/** What patterns of `replay --source` and `backfill` would take for something else than itself. */
const SPECIAL = /[*?[\]{}()!+@|\\]/g;

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
