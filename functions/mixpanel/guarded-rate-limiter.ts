import { UnavailableError } from "../platform/errors.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/**
 * A pace that lets no request through while the circuitBreaker is open: those included that were waiting for their turn, or for their
 * next attempt, when it opened.
 */
export function guardRateLimiter(pace: RateLimiter, circuitBreaker: CircuitBreaker): RateLimiter {
  return {
    ...pace,
    enter: async (bytes, signal) => {
      const leave = await pace.enter(bytes, signal);
      const reason = circuitBreaker.reason();
      if (reason === undefined) return leave;
      leave();
      throw new UnavailableError(reason);
    },
  };
}
