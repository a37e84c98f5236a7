import type { LogLine } from "../functions/log-lines.ts";
import type { MessagePlaces } from "./message-places.ts";

/**
 * The message of a function's log when its transform does not return. Beside it are `error`, a
 * sentence that names the place, and `object` and `line`, or `messageId`.
 */
export const STILL_RUNNING = "The transform is still running";

/**
 * That log line with what a person needs as its message: `a.ndjson line 3: the transform is still
 * running after 5 s, at my-transform.ts:12.` Any other line as it is.
 */
export function nameRecord(line: LogLine, places: Pick<MessagePlaces, "find">): LogLine {
  if (line.message !== STILL_RUNNING) return line;
  const { error, ...others } = line;
  const { object, messageId, line: number } = line;
  const record =
    typeof object === "string"
      ? `${object} line ${Number(number)}`
      : (places.find(String(messageId)) ?? `message ${String(messageId)}`);
  return { ...others, message: `${record}: ${String(error)}` };
}
