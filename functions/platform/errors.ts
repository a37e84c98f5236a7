/**
 * Every error of functions/ says what to do about it, because that is the only decision a handler
 * has to take: `retry` (response 503, Pub/Sub redelivers), `crash` (refuse to start).
 *
 * What can never succeed is not an error here: it is data, and travels as a dead letter
 * (`dead-letter.ts`). A bug is any other exception: the handler responds with 500 and the message
 * is redelivered.
 */
export type Disposition = "retry" | "crash";

/**
 * Base of all errors of functions/. `message` never holds event contents, ids of users or the
 * token.
 */
export abstract class PipelineError extends Error {
  abstract readonly code: string;
  abstract readonly disposition: Disposition;
}

/** The environment is missing or malformed; `problems` lists everything that is wrong with it. */
export class ConfigError extends PipelineError {
  readonly code = "ERR_CONFIG";
  readonly disposition = "crash";
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/**
 * Something we depend on did not respond as it should, for now: a network error, an outage, a time
 * limit. `status` is the HTTP status when there was one.
 */
export class UnavailableError extends PipelineError {
  readonly code = "ERR_UNAVAILABLE";
  readonly disposition = "retry";
  override readonly name = "UnavailableError";
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Somebody refused our credentials (401, 403). A person has to act, and until then nothing may be
 * lost: the work is refused, not shed.
 */
export class CredentialsError extends PipelineError {
  readonly code = "ERR_CREDENTIALS";
  readonly disposition = "retry";
  override readonly name = "CredentialsError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Counts that have to be equal are not: a bug of ours, which must not pass for success. */
export class CountMismatchError extends PipelineError {
  readonly code = "ERR_COUNT_MISMATCH";
  readonly disposition = "retry";
  override readonly name = "CountMismatchError";
}

/**
 * The message of anything that was thrown, on one line, at most 300 characters of well-formed
 * Unicode: Pub/Sub refuses a text with half of a surrogate pair in it, wherever that comes from.
 */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const cut = text.replace(/\s+/g, " ").slice(0, 300);
  return cut.replace(/[\ud800-\udbff]$/, "").toWellFormed();
}

/** Whether something that we depend on failed for now, rather than our own code. */
export function isRetryable(error: unknown): error is UnavailableError | CredentialsError {
  return error instanceof UnavailableError || error instanceof CredentialsError;
}
