import type { EventBytes } from "../functions/event/record.ts";

/** The event's JSON as it would be sent. */
export function eventText({ bytes, start, end, insertAt, insertion }: EventBytes): string {
  if (insertion === "") return bytes.toString("utf8", start, end);
  return `${bytes.toString("utf8", start, insertAt)}${insertion}${bytes.toString("utf8", insertAt, end)}`;
}
