import { mixpanelBackoffMs } from "../http/backoff.ts";
import { createHttpClient } from "../http/http-client.ts";
import type { HttpResponse } from "../http/http-request.ts";
import { isJsonExpectedButMissing } from "./response.ts";
import { createCompress } from "./compress.ts";
import type { EventBatch } from "./event-batch.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/** How long work may go on, in milliseconds of the clock. */
export interface TimeLimits {
  /** No request, and no further attempt of one, is started after this. */
  readonly startBy: number;
  /** Whatever is under way ends here. */
  readonly endBy: number;
  /** Ends everything at once. */
  readonly signal?: AbortSignal;
}

export interface ImportClientOptions {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly token: string;
  /** `mixpanel-gcs/1.2.3`, so that Mixpanel can tell who is asking. */
  readonly userAgent: string;
  readonly maxInFlight: number;
  readonly pace: RateLimiter;
  readonly now: () => number;
  readonly random: () => number;
}

/** Sends one request to /import and returns its response, whatever it means. @throws UnavailableError */
export type PostBatch = (batch: EventBatch, limits: TimeLimits) => Promise<HttpResponse>;

/** A response lists at most one row for each event: far below this. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/** https://docs.mixpanel.com/reference/import-events names no limit; a full batch takes a second or two. */
const ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * The client of Mixpanel's Import API (https://docs.mixpanel.com/reference/import-events): strict validation, gzip,
 * the token as basic authentication, and the documented backoff. Every attempt sends the same bytes, so that Mixpanel
 * recognises what it has already stored.
 */
export function createImportClient(options: ImportClientOptions): PostBatch {
  const send = createHttpClient({
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    delayMs: (attempt) => mixpanelBackoffMs(attempt, options.random),
    enter: options.pace.enter,
    onThrottled: options.pace.refused,
    maxSockets: options.maxInFlight,
    now: options.now,
  });
  const compress = createCompress(options.maxInFlight);
  return async (batch, { startBy, endBy, signal }) => {
    const body = await compress(batch.bytes);
    return await send({
      name: "Mixpanel",
      method: "POST",
      url: `${options.url}/import?strict=1`,
      headers: {
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
        "User-Agent": options.userAgent,
      },
      auth: { username: options.token, password: "" },
      body,
      // Mixpanel's rate limit counts uncompressed bytes.
      weight: batch.bytes.length,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      startBy: startBy,
      endBy,
      ...(signal && { signal }),
      objection: (response) =>
        isJsonExpectedButMissing(response) ? "answered with something that is not JSON" : undefined,
    });
  };
}
