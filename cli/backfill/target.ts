import picomatch from "picomatch";

import { UserError } from "../../functions/platform/user-error.ts";
import { textOfPattern } from "../status/exact-names.ts";

/** Objects of a bucket, by their names. */
export interface Target {
  /** As it was given. */
  readonly given: string;
  readonly bucket: string;
  /** What all the names begin with; "" for any. */
  readonly prefix: string;
  /** Whether the prefix alone says what is meant; otherwise a glob does. */
  readonly isPrefix: boolean;
  /** Of names that begin with the prefix. */
  readonly matches: (name: string) => boolean;
}

/** What has a meaning in the dialect of `includeObjects`, behind a backslash its own. */
const GLOB = /[*?[\]{}()!+@\\]/;
/** These make a glob of it; the others only mean something beside them. */
const WILDCARD = /[*?[{\\]/;
/** In a bucket a leading dot or exclamation mark means nothing, and a name may have line breaks. */
const GLOB_OPTIONS = { dot: true, nonegate: true, flags: "s" } as const;

/**
 * Reads `gs://BUCKET/PREFIX`, or a glob in the place of the prefix. Nothing else is taken apart:
 * `#` and `%` may be in names.
 *
 * @throws UserError (exit code 2)
 */
export function parseTarget(given: string): Target {
  const [, bucket, pattern] = /^gs:\/\/([^/]+)(?:\/(.*))?$/s.exec(given) ?? [];
  if (bucket === undefined || GLOB.test(bucket))
    throw new UserError(`${given} names no objects. Give gs://BUCKET/PREFIX, or a quoted glob.`, 2);
  const named = { given, bucket };
  if (pattern === undefined || !WILDCARD.test(pattern))
    return { ...named, prefix: pattern ?? "", isPrefix: true, matches: () => true };
  const name = textOfPattern(pattern);
  if (name !== undefined)
    return { ...named, prefix: name, isPrefix: false, matches: (other) => other === name };
  const prefix = pattern.slice(0, pattern.search(GLOB));
  return { ...named, prefix, isPrefix: false, matches: picomatch(pattern, GLOB_OPTIONS) };
}
