import { sizeOf, type EventBytes } from "../functions/event/record.ts";
import type { MixpanelRules } from "./mixpanel-rules.ts";

/** What sending would take. */
export interface SendingEstimate {
  readonly requests: number;
  /** Uncompressed, as Mixpanel's limits count. */
  readonly bytes: number;
  /** The least it takes at Mixpanel's rate limit. */
  readonly seconds: number;
}

type RateLimits = Pick<MixpanelRules, "maxBytesPerMinute" | "maxEventsPerSecond">;

export interface RequestEstimate {
  add(event: EventBytes): void;
  /** Begins a new object, which shares no request with another. */
  endOfObject(): void;
  result(limits: RateLimits): SendingEstimate;
}

/** `BATCH_EVENTS` and `BATCH_BYTES` when nobody sets them. */
const BATCH = { events: 2000, bytes: 2_097_152 } as const;

/** Counts requests as importObject fills them: identity events travel apart. */
export function createRequestEstimate(): RequestEstimate {
  const open = { plain: { events: 0, bytes: 0 }, identity: { events: 0, bytes: 0 } };
  let requests = 0;
  let events = 0;
  let bytes = 0;
  return {
    add: (event) => {
      const size = sizeOf(event);
      const batch = event.isIdentity ? open.identity : open.plain;
      const isFull = batch.events >= BATCH.events || batch.bytes + 1 + size > BATCH.bytes;
      if (batch.events === 0 || isFull) {
        requests++;
        batch.events = 0;
        batch.bytes = -1;
      }
      batch.events++;
      batch.bytes += size + 1;
      events++;
      bytes += size + 1;
    },
    endOfObject: () => {
      open.plain = { events: 0, bytes: 0 };
      open.identity = { events: 0, bytes: 0 };
    },
    result: ({ maxBytesPerMinute, maxEventsPerSecond }) => ({
      requests,
      bytes,
      seconds: Math.max((bytes / maxBytesPerMinute) * 60, events / maxEventsPerSecond),
    }),
  };
}
