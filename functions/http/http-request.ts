/** One request. `startBy` and `endBy` are points in time, in milliseconds of the client's clock. */
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
  /** More than this in the response is an error. */
  readonly maxResponseBytes: number;
  /**
   * Gives memory for a response of `length` bytes; each attempt asks for its own. Only for a GET request without `auth`.
   * Left out: axios puts the response together.
   */
  readonly memoryFor?: (length: number) => Buffer;
  /** No attempt is started after this. */
  readonly startBy: number;
  /** Whatever is under way ends here. */
  readonly endBy: number;
  /** Ends the request, and any wait before its next attempt, at once. */
  readonly signal?: AbortSignal;
  /** Why a response is no response (its body was cut, a proxy wrote it): it is then retried. */
  readonly objection?: (response: HttpResponse) => string | undefined;
}

/** Any answer that is not worth another attempt, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Attempts it took, from 1. */
  readonly attempts: number;
}

/**
 * Statuses worth another attempt: the time was too short (408), it was too much (429), or the service is in retryReason
 * (5xx). https://docs.mixpanel.com/reference/import-events, https://cloud.google.com/storage/docs/retry-strategy
 */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
