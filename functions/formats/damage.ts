/** The contents end where a value is not closed. What was readable has been read. */
export class UnclosedContentsError extends Error {
  override readonly name = "UnclosedContentsError";
}

/** The contents are recognised as something that is not read at all. */
export class ForeignFormatError extends Error {
  override readonly name = "ForeignFormatError";
}
