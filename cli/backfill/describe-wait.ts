import { formatDuration } from "../terminal/counter.ts";
import { fit, printable } from "../terminal/fit.ts";
import { formatCount } from "../terminal/table.ts";
import type { OnItsWay } from "./run-backfill.ts";

/** A receipt usually comes within seconds. */
const TOLD_AFTER_MS = 30_000;
/** Of a name: beside it the rest of the line has to be seen. */
const MAX_COLUMNS = 40;

/**
 * What a backfill waits for: `waits for the receipt of a.ndjson for 3 min, and of 4 others`;
 * undefined when nothing takes long.
 *
 * @param now by the clock of `announcedAt`
 */
export function describeWait(onTheirWay: readonly OnItsWay[], now: number): string | undefined {
  const long = onTheirWay.filter(({ announcedAt }) => now - announcedAt >= TOLD_AFTER_MS);
  const [oldest, ...others] = long.toSorted((one, other) => one.announcedAt - other.announcedAt);
  if (oldest === undefined) return undefined;
  const name = fit(printable(oldest.name), MAX_COLUMNS);
  const time = formatDuration((now - oldest.announcedAt) / 1000);
  const more = others.length === 0 ? "" : `, and of ${formatCount(others.length)} more`;
  return `waits ${time} for the receipt of ${name}${more}`;
}
