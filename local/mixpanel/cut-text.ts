import { MAX_TEXT_LENGTH } from "./limits.ts";

/**
 * A text as Mixpanel keeps it, 255 `unit`s at most
 * (https://docs.mixpanel.com/docs/data-structure/events-and-properties). Never cut through the
 * middle of a character.
 */
export function cutText(text: string, unit: "characters" | "bytes"): string {
  if (text.length * 3 <= MAX_TEXT_LENGTH) return text;
  if (unit === "characters")
    return text.length <= MAX_TEXT_LENGTH
      ? text
      : Array.from(text.slice(0, MAX_TEXT_LENGTH * 2))
          .slice(0, MAX_TEXT_LENGTH)
          .join("");
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_TEXT_LENGTH) return text;
  let end = MAX_TEXT_LENGTH;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
