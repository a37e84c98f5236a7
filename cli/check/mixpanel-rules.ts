import type { MixpanelRules } from "../../check/mixpanel-rules.ts";
import { checkEvent, isRefusal } from "../../local/mixpanel/event-check.ts";
import { MAX_BYTES_PER_MINUTE, MAX_EVENTS_PER_SECOND } from "../../local/mixpanel/limits.ts";
import { DEFAULT_SWITCHES } from "../../local/mixpanel/switches.ts";

/**
 * Mixpanel's rules as the simulator has them. A missing `distinct_id` passes, as in projects with
 * Simplified ID Merge.
 */
export const SIMULATED_RULES: MixpanelRules = {
  refusalOf: ({ text, bytes, value }, nowMs) => {
    const outcome = checkEvent(
      { value, line: text, bytes, isMalformed: false, isUtf8: true },
      { nowMs, identityMode: "simplified", address: "127.0.0.1", switches: DEFAULT_SWITCHES },
    );
    if (!isRefusal(outcome)) return undefined;
    return { reason: "rejected", field: outcome.field, error: outcome.message };
  },
  maxBytesPerMinute: MAX_BYTES_PER_MINUTE,
  maxEventsPerSecond: MAX_EVENTS_PER_SECOND,
};
