import picomatch from "picomatch";

import { identity, type Transform } from "../event/transform-contract.ts";
import { checkedEntries, checkFunction, checkName } from "./step-arguments.ts";

const STEP = "byObject";
const A_TRANSFORM = "a transform, which is a function";

/**
 * Gives every object the transform of the first pattern that its name matches, in the order they
 * are written. The patterns are globs as in `includeObjects`: `*` stops at a slash, `**` does not.
 * Objects that match none, and messages, get `otherwise`, which leaves them as they are.
 *
 * @example
 * export const transform = byObject({
 *   "segment/**": segment,
 *   "ga4/**": ga4,
 *   "*.test.ndjson": () => null,
 * });
 */
export function byObject(
  routes: Readonly<Record<string, Transform>>,
  otherwise: Transform = identity,
): Transform {
  for (const [pattern, transform] of checkedEntries(
    STEP,
    "routes",
    routes,
    "an object of transforms",
  )) {
    checkName(STEP, "a pattern", pattern);
    checkFunction(STEP, JSON.stringify(pattern), transform, A_TRANSFORM);
  }
  checkFunction(STEP, "otherwise", otherwise, A_TRANSFORM);
  const compiled = Object.entries(routes).map(([pattern, transform]) => ({
    // In a bucket a leading dot means nothing.
    matches: picomatch(pattern, { dot: true }),
    transform,
  }));
  return (record, context) => {
    if (context.source !== "object") return otherwise(record, context);
    const route = compiled.find(({ matches }) => matches(context.object));
    return (route?.transform ?? otherwise)(record, context);
  };
}
