import { sizeOf, type EventBytes } from "../functions/event/record.ts";
import type { OutgoingEvent } from "./mixpanel-rules.ts";

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

/** The event as text and parsed. */
export function toOutgoingEvent(event: EventBytes): CheckedEvent {
  const text = eventText(event);
  // The one cast: the import's checks have found a name and an object of properties.
  return { text, bytes: sizeOf(event), value: JSON.parse(text) as CheckedEvent["value"] };
}
