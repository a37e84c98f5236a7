/**
 * The stored bytes are not the gzip they claim to be: cut off, or damaged. What was readable has
 * been read.
 */
export class CorruptGzipError extends Error {
  override readonly name = "CorruptGzipError";
}

/** The source ended before the gzip data did. */
export function cutOff(): CorruptGzipError {
  return new CorruptGzipError("the gzip data is cut off");
}
