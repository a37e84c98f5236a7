/**
 * What every stack sets, for comparison with what is there: `infra/push-function`. A test holds
 * these values against what the program registers.
 */

/** Of both push subscriptions. */
export const MAX_DELIVERY_ATTEMPTS = 100;
/** Seconds between attempts, at the most. */
export const MAXIMUM_BACKOFF_SECONDS = 600;

/** Of both functions. */
export const RUNTIME = "nodejs24";

/** What is set as `timeoutSeconds` unless the configuration says otherwise. */
export const DEFAULT_TIMEOUT_SECONDS = 300;
