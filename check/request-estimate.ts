import type { ProfileUpdate } from "../functions/event/profile-update.ts";
import { sizeOf, type EventBytes } from "../functions/event/record.ts";
import {
  encodedBytes,
  tokenMember,
} from "../functions/mixpanel/destinations/profiles/encode-updates.ts";
import {
  MAX_UNREPEATABLE_PER_REQUEST,
  MAX_UPDATES_PER_REQUEST,
} from "../functions/mixpanel/destinations/profiles/profile-destination.ts";
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
  addUpdate(update: ProfileUpdate): void;
  /** Begins a new object, which shares no request with another. */
  endOfObject(): void;
  result(limits: RateLimits): SendingEstimate;
}

/** `BATCH_EVENTS` and `BATCH_BYTES` when nobody sets them. */
const MAX_EVENTS = 2000;
const MAX_BYTES = 2_097_152;
/** Project tokens have 32 characters; the estimate knows none. */
const TOKEN_MEMBER = tokenMember("0".repeat(32));

/** A request that is being filled. */
interface OpenBatch {
  length: number;
  bytes: number;
}

/** Counts requests as importObject fills them, with updates as full as they can be. */
export function createRequestEstimate(): RequestEstimate {
  /** What travels together, by what it is: identity events travel apart, as kinds of profiles. */
  const open = new Map<string, OpenBatch>();
  let requests = 0;
  let sent = 0;
  let bytes = 0;
  const put = (what: string, size: number, maxLength: number): void => {
    const batch = open.get(what);
    const isFull =
      batch === undefined || batch.length >= maxLength || batch.bytes + 1 + size > MAX_BYTES;
    if (isFull) {
      requests++;
      open.set(what, { length: 1, bytes: size });
    } else {
      batch.length++;
      batch.bytes += size + 1;
    }
    sent++;
    bytes += size + 1;
  };
  return {
    add: (event) => {
      put(event.isIdentity ? "identity" : "events", sizeOf(event), MAX_EVENTS);
    },
    addUpdate: (update) => {
      const { kind, isRepeatable } = update;
      const most = isRepeatable ? MAX_UPDATES_PER_REQUEST : MAX_UNREPEATABLE_PER_REQUEST;
      // Its comma is counted already.
      put(`${kind} ${isRepeatable}`, encodedBytes(update, TOKEN_MEMBER) - 1, most);
    },
    endOfObject: () => {
      open.clear();
    },
    result: ({ maxBytesPerMinute, maxEventsPerSecond }) => ({
      requests,
      bytes,
      seconds: Math.max((bytes / maxBytesPerMinute) * 60, sent / maxEventsPerSecond),
    }),
  };
}
