/**
 * The stored bytes are not the gzip they claim to be: cut off, or damaged. What was readable has
 * been read.
 */
export class CorruptGzipError extends Error {
  override readonly name = "CorruptGzipError";
  /**
   * Where in the stored bytes the piece begins that could not be decompressed. What comes before
   * the damage in that piece has not been given. Undefined: everything has been.
   */
  readonly pieceAt: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly pieceAt?: number } = {}) {
    super(message, options);
    this.pieceAt = options.pieceAt;
  }
}

/** The source ended before the gzip data did. */
export function cutOff(): CorruptGzipError {
  return new CorruptGzipError("the gzip data is cut off");
}
