/**
 * A service that names a longer pause is asked again after this one all the same: one wrong header
 * would otherwise stop an instance for a day. What has less time than that is handed over or
 * redelivered.
 */
export const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Milliseconds that a `Retry-After` header asks to wait, at most 60,000: seconds, or a date
 * (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after). 0 when there is none, or none that
 * can be read.
 *
 * @param wallNow milliseconds since the epoch
 */
export function retryAfterMs(value: unknown, wallNow: number): number {
  if (typeof value !== "string") return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - wallNow;
  return Number.isNaN(ms) ? 0 : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}
