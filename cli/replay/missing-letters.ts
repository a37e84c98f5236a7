/** What was counted of the letters in a subscription, and when: RFC 3339, "" when not known. */
export interface MeasuredBacklog {
  readonly messages: number;
  readonly measuredAt: string;
}

/** What a pass knows at its end. */
export interface PassCounts {
  /** Letters that came. */
  readonly seen: number;
  /** When those that were published after the start were: milliseconds of the epoch. */
  readonly laterTimes: readonly number[];
  readonly acknowledged: number;
  /** What a survey before it has counted; undefined: there was none. */
  readonly surveyed: number | undefined;
  /** The metrics at its start; undefined: there are none. */
  readonly before: MeasuredBacklog | undefined;
  /** The metrics at its end. @default as at its start */
  readonly after?: MeasuredBacklog | undefined;
  /** Milliseconds of the epoch. */
  readonly startedAt: number;
}

/** Letters that are known of, and did not come. */
export interface MissingLetters {
  /** That there were, as far as anybody knows; null: nobody does. */
  readonly expected: number | null;
  /** Of these, that did not come. */
  readonly missing: number;
  /** When the metrics that say so were measured: RFC 3339; "" when they do not. */
  readonly measuredAt: string;
}

/**
 * How many letters did not come. Pub/Sub does not say what it holds, and what another reader holds
 * does not come; the metrics count it, minutes late.
 *
 * Those of the end tell of what was dealt with since the start; of the letters of this pass they
 * may count any that it has not acknowledged.
 */
export function missingOf(counts: PassCounts): MissingLetters {
  const { seen, laterTimes, acknowledged, surveyed, before, after, startedAt } = counts;
  if (before === undefined && surveyed === undefined)
    return { expected: null, missing: 0, measuredAt: "" };
  const isByMetrics = (before?.messages ?? -1) >= (surveyed ?? 0);
  const expected = Math.max(before?.messages ?? 0, surveyed ?? 0);
  const atFirst = Math.max(expected - seen, 0);
  const measured = Date.parse(after?.measuredAt ?? "");
  const isAfter = after !== undefined && measured >= startedAt;
  // Of those that came later the metrics count what had been published by then.
  const later = laterTimes.filter((time) => time <= measured).length;
  const atLast = isAfter ? Math.max(after.messages - (seen + later - acknowledged), 0) : Infinity;
  if (atLast < atFirst)
    return { expected: seen + atLast, missing: atLast, measuredAt: after?.measuredAt ?? "" };
  const measuredAt = isByMetrics ? (before?.measuredAt ?? "") : "";
  return { expected, missing: atFirst, measuredAt };
}
