import type { Problem } from "../functions/event/problem.ts";
import { sizeOf, type EventBytes } from "../functions/event/record.ts";
import { checkEvent, isRefusal } from "../local/mixpanel/event-check.ts";
import { DEFAULT_SWITCHES } from "../local/mixpanel/switches.ts";

/**
 * Why Mixpanel would refuse an event that passes the import's own checks (too many properties, too deep, before 1971
 * ...), by the rules of the simulator; undefined when it would not. A missing `distinct_id` passes, as in projects with
 * Simplified ID Merge.
 *
 * @param value the event as it would be sent, parsed
 * @param line its JSON
 */
export function foretellRefusal(
  event: EventBytes,
  value: unknown,
  line: string,
  nowMs: number,
): Problem | undefined {
  const outcome = checkEvent(
    { value, line, bytes: sizeOf(event), isMalformed: false, isUtf8: true },
    { nowMs, identityMode: "simplified", address: "127.0.0.1", switches: DEFAULT_SWITCHES },
  );
  if (!isRefusal(outcome)) return undefined;
  return { reason: "rejected", field: outcome.field, error: outcome.message };
}
