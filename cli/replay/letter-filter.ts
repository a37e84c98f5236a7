import picomatch from "picomatch";

import { textOfPattern } from "../status/exact-names.ts";
import { problemOf, sourceOf, type DeadLetter } from "./letter.ts";
import type { LetterFilter } from "./plan.ts";

const GLOB = /[*?[\]{}]/;

/** Makes the function that tells whether a dead letter is meant. */
export function letterMatcher(filter: LetterFilter): (letter: DeadLetter) => boolean {
  const { reasons = [], fields = [], errors = [], sources = [] } = filter;
  const { since = -Infinity, until = Infinity } = filter;
  const isFromAny = sources.map(sourceMatcher);
  return (letter) => {
    const { reason, field, error } = problemOf(letter);
    const publishedAt = Date.parse(letter.publishTime);
    return (
      (reasons.length === 0 || reasons.includes(reason)) &&
      (fields.length === 0 || fields.includes(field)) &&
      (errors.length === 0 || errors.includes(error)) &&
      (isFromAny.length === 0 || isFromAny.some((isFrom) => isFrom(sourceOf(letter)))) &&
      // A letter without a time is meant unless a time is asked for.
      (Number.isNaN(publishedAt)
        ? filter.since === undefined && filter.until === undefined
        : publishedAt >= since && publishedAt < until)
    );
  };
}

/**
 * A text with wildcards is a glob of all of the source, with or without its generation; one that
 * ends with `#` is a whole name, without its generation: names may have a `#` themselves.
 */
function sourceMatcher(pattern: string): (source: string) => boolean {
  const isGlob = GLOB.test(pattern);
  if (!isGlob && pattern.endsWith("#")) {
    const name = pattern.slice(0, -1);
    return (source) => source === name || source.replace(/#\d+$/, "") === name;
  }
  if (!isGlob) return (source) => source.startsWith(pattern);
  const exact = textOfPattern(pattern);
  if (exact !== undefined)
    return (source) => source === exact || source.replace(/#\d+$/, "") === exact;
  const matches = picomatch(pattern, { dot: true });
  return (source) => matches(source) || matches(source.replace(/#\d+$/, ""));
}
