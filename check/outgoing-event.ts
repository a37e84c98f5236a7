import { sizeOf, type EventBytes } from "../functions/event/record.ts";
import type { PreparedRecord } from "../functions/records/prepare-record.ts";
import type { OutgoingEvent } from "./mixpanel-rules.ts";

type UsedRecord = Extract<PreparedRecord, { readonly kind: "used" }>;

/** An event that passed the import's checks. */
interface CheckedEvent extends OutgoingEvent {
  readonly value: {
    readonly event: string;
    readonly properties: Readonly<Record<string, unknown>>;
  };
}

/** The event's JSON as it would be sent. */
export function eventText({ bytes, start, end, insertAt, insertion }: EventBytes): string {
  if (insertion === "") return bytes.toString("utf8", start, end);
  return `${bytes.toString("utf8", start, insertAt)}${insertion}${bytes.toString("utf8", insertAt, end)}`;
}

/** What would be sent of a record, without the token: events, then updates of profiles. */
export function textsOf({ events, updates }: UsedRecord): readonly string[] {
  const texts = updates.map(({ bytes, start, end }) => bytes.toString("utf8", start, end));
  return [...events.map(eventText), ...texts];
}

/** The event as text and parsed. */
export function toOutgoingEvent(event: EventBytes): CheckedEvent {
  const text = eventText(event);
  // The one cast: the import's checks have found a name and an object of properties.
  return { text, bytes: sizeOf(event), value: JSON.parse(text) as CheckedEvent["value"] };
}
