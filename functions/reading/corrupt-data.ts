/**
 * The stored bytes are not the gzip or zstd they claim to be: cut off, or damaged. What could be
 * read has been read.
 */
export class CorruptDataError extends Error {
  override readonly name = "CorruptDataError";
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

/** The source ended before the compressed data did. */
export function cutOff(compression: "gzip" | "zstd"): CorruptDataError {
  return new CorruptDataError(`the ${compression} data is cut off`);
}
