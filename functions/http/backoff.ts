/**
 * Milliseconds to wait before attempt `attempt` (from 2) at Mixpanel: doubling from 2 s to 60 s,
 * with 1 to 5 s of jitter so that instances do not come back together.
 * https://docs.mixpanel.com/reference/import-events, "Rate limits"
 */
export function mixpanelBackoffMs(attempt: number, random: () => number): number {
  const seconds = Math.min(2 ** (attempt - 1), 60);
  return (seconds + 1 + 4 * random()) * 1000;
}

/**
 * The same for Google's APIs: truncated exponential backoff with jitter, from 0.25 s to 32 s.
 * https://cloud.google.com/storage/docs/retry-strategy
 */
export function googleBackoffMs(attempt: number, random: () => number): number {
  const ms = Math.min(250 * 2 ** (attempt - 2), 32_000);
  return ms * (0.5 + random());
}
