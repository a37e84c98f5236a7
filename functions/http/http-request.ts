import type { Deadline } from "../platform/deadline.ts";

/** One request, with all its attempts. */
export interface HttpRequest {
  /** What is asked of whom, for messages: "Mixpanel", "reading the object". */
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly body?: Buffer | string;
  /** What the request counts for in the rate limiter, in bytes. @default 0 */
  readonly weight?: number;
  /** More than this in the response is an error. */
  readonly maxResponseBytes: number;
  /**
   * `false` leaves the body as it was sent: the stored bytes of an object may be gzip themselves.
   * Otherwise a compressed body is decompressed, whether compression was asked for or not.
   * @default true
   */
  readonly decompress?: boolean;
  /**
   * Gives memory for a body of `length` bytes; each attempt asks for its own. Left out: axios puts
   * the body together.
   */
  readonly memoryFor?: (length: number) => Buffer;
  readonly deadline: Deadline;
  /**
   * Why a response cannot be believed although its status is final (the body was cut, a proxy wrote
   * it); it is then retried. Undefined: it can.
   */
  readonly contradiction?: (response: HttpResponse) => string | undefined;
}

/** Any response that is not worth another attempt, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Attempts it took, from 1. */
  readonly attempts: number;
}

/**
 * Statuses worth another attempt: the time was too short (408), it was too much (429), or the
 * service is in trouble (5xx). https://docs.mixpanel.com/reference/import-events,
 * https://cloud.google.com/storage/docs/retry-strategy
 */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
