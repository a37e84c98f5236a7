import { UnavailableError } from "../platform/errors.ts";
import type { Breaker } from "./breaker.ts";
import type { Pace } from "./pace.ts";

/**
 * A pace that lets no request through while the breaker is open: those included that were waiting for their turn, or for their
 * next attempt, when it opened.
 */
export function guardPace(pace: Pace, breaker: Breaker): Pace {
  return {
    ...pace,
    enter: async (bytes, signal) => {
      const leave = await pace.enter(bytes, signal);
      const reason = breaker.reason();
      if (reason === undefined) return leave;
      leave();
      throw new UnavailableError(reason);
    },
  };
}
