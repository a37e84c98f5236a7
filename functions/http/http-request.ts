/** One request. `retryUntil` and `abortAt` are points in time, in milliseconds of the client's clock. */
export interface HttpRequest {
  /** What is asked of whom, for messages: "Mixpanel", "reading the object". */
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly body?: Buffer | string;
  /** What the request counts for in the policy's `enter`, in bytes. */
  readonly weight?: number;
  /** More than this in the answer is an error. */
  readonly maxAnswerBytes: number;
  /**
   * Gives memory for an answer of `length` bytes; each attempt asks for its own. Only for a GET request without `auth`.
   * Left out: axios puts the answer together.
   */
  readonly memoryFor?: (length: number) => Buffer;
  /** No attempt is started after this. */
  readonly retryUntil: number;
  /** Whatever is under way ends here. */
  readonly abortAt: number;
  /** Ends the request, and any wait before its next attempt, at once. */
  readonly signal?: AbortSignal;
  /** Why an answer is no answer (its body was cut, a proxy wrote it): it is then retried. */
  readonly objection?: (answer: HttpAnswer) => string | undefined;
}

/** Any answer that is not worth another attempt, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Attempts it took, from 1. */
  readonly attempts: number;
}

/**
 * Statuses worth another attempt: the time was too short (408), it was too much (429), or the service is in trouble
 * (5xx). https://docs.mixpanel.com/reference/import-events, https://cloud.google.com/storage/docs/retry-strategy
 */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
