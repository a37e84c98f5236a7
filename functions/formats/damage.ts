/** The contents end where a value is not closed. What was readable has been read. */
export class UnclosedContentsError extends Error {
  override readonly name = "UnclosedContentsError";
}

/**
 * Nothing of the contents can be read: they are recognised as something that is not read at all, or
 * what reading begins with is missing. The message says what to do.
 */
export class UnreadableContentsError extends Error {
  override readonly name = "UnreadableContentsError";
}
