/** What `parseInstant` takes, for messages. */
export const INSTANT_FORMS = "2026-11-20 (UTC), 2026-11-20T10:00Z, 2026-11-20T10:00+02:00";

/**
 * A date, which begins in UTC, or a time with its zone: a time without one would be another one on
 * another machine (https://www.rfc-editor.org/rfc/rfc3339).
 *
 * @returns milliseconds of the epoch; undefined when it is neither
 */
export function parseInstant(text: string): number | undefined {
  const [, date = ""] = FORM.exec(text) ?? [];
  const at = date === "" ? NaN : Date.parse(text.toUpperCase());
  // Date.parse takes 31 February for a day in March.
  const isInCalendar = !Number.isNaN(at) && new Date(date).toISOString().startsWith(date);
  return isInCalendar ? at : undefined;
}

const FORM = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/i;
