/**
 * The longest prefix of `text` that takes at most `maxBytes` bytes of UTF-8 and splits no
 * character. Half of a surrogate pair becomes U+FFFD, as it does in UTF-8: Pub/Sub refuses JSON
 * with one in it.
 */
export function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text.toWellFormed();
  let end = maxBytes;
  // A byte 10xxxxxx continues a character: the cut goes before the byte that begins it.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
