/**
 * Values that Mixpanel takes for "no id" in `distinct_id` and `$insert_id`, and refuses
 * (https://docs.mixpanel.com/reference/import-events, "distinct_id").
 */
export const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "00000000-0000-0000-0000-000000000000",
  "anon",
  "anonymous",
  "nil",
  "none",
  "null",
  "n/a",
  "na",
  "undefined",
  "unknown",
  "<nil>",
  "0",
  "-1",
  "true",
  "false",
  "[]",
  "{}",
]);

/** Whether `id` is one of them. */
export function isPlaceholder(id: string, ignoreCase: boolean): boolean {
  return PLACEHOLDERS.has(ignoreCase ? id.toLowerCase() : id);
}
