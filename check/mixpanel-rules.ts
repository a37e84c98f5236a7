import type { Problem } from "../functions/event/problem.ts";

/** An event as it would be sent. */
export interface OutgoingEvent {
  /** Its JSON. */
  readonly text: string;
  /** Of that JSON, in UTF-8. */
  readonly bytes: number;
  /** The same, parsed. */
  readonly value: unknown;
}

/**
 * What a dry run has to know of Mixpanel. `cli/check/mixpanel-rules.ts` has it from the simulator.
 */
export interface MixpanelRules {
  /**
   * Why Mixpanel would refuse an event that passes the import's own checks (too many properties,
   * too deep, before 1971 …); undefined when it would not.
   */
  refusalOf(event: OutgoingEvent, nowMs: number): Problem | undefined;
  /** Rate limits of a project. */
  readonly maxBytesPerMinute: number;
  readonly maxEventsPerSecond: number;
}
