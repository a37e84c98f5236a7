/** A subscription's retry policy, in milliseconds. */
export interface RetryPolicy {
  readonly minimumBackoffMs: number;
  readonly maximumBackoffMs: number;
}

/**
 * What the service does without a retry policy: a pull subscription redelivers at once, a push
 * subscription backs off from 100 ms to 60 s
 * (https://cloud.google.com/pubsub/docs/push#push_backoff).
 */
export const PUSH_BACKOFF: RetryPolicy = { minimumBackoffMs: 100, maximumBackoffMs: 60_000 };
export const PULL_BACKOFF: RetryPolicy = { minimumBackoffMs: 0, maximumBackoffMs: 0 };

/**
 * Milliseconds until a message is delivered again after its `attempts`-th delivery failed: doubling
 * from the minimum to the maximum, spread by a tenth either way so that messages that failed
 * together do not come back together
 * (https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff).
 *
 * @param random in [0, 1); 0.5 leaves the delay as it is
 */
export function backoffDelay(policy: RetryPolicy, attempts: number, random: number): number {
  const { minimumBackoffMs, maximumBackoffMs } = policy;
  const doubled = minimumBackoffMs * 2 ** Math.min(attempts - 1, 30);
  const spread = Math.min(doubled, maximumBackoffMs) * (0.9 + 0.2 * random);
  return Math.round(Math.min(Math.max(spread, minimumBackoffMs), maximumBackoffMs));
}
