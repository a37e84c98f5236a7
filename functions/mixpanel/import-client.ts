import { mixpanelBackoffMs } from "../http/backoff.ts";
import { createHttpClient, type RequestLimiter } from "../http/http-client.ts";
import type { HttpResponse } from "../http/http-request.ts";
import type { Clock } from "../platform/clock.ts";
import type { Deadline } from "../platform/deadline.ts";
import { isJsonExpectedButMissing } from "./response.ts";
import { createCompress } from "./compress.ts";
import type { EventBatch } from "./event-batch.ts";

export interface ImportClientOptions extends Clock {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly token: string;
  /** `mixpanel-gcs/1.2.3`, so that Mixpanel can tell who is asking. */
  readonly userAgent: string;
  readonly maxInFlight: number;
  readonly limiter: RequestLimiter;
  readonly random: () => number;
}

/**
 * Sends one request to /import and returns its response, whatever it means.
 *
 * @throws UnavailableError
 */
export type PostBatch = (batch: EventBatch, deadline: Deadline) => Promise<HttpResponse>;

/** A response lists at most one row for each event: far below this. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/**
 * https://docs.mixpanel.com/reference/import-events names no limit; a full batch takes a second or
 * two.
 */
const ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * The client of Mixpanel's Import API (https://docs.mixpanel.com/reference/import-events): strict
 * validation, gzip, the token as basic authentication, and the documented backoff. Every attempt
 * sends the same bytes, so that Mixpanel recognises what it has already stored.
 */
export function createImportClient(options: ImportClientOptions): PostBatch {
  const send = createHttpClient({
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    backoffMs: (attempt) => mixpanelBackoffMs(attempt, options.random),
    limiter: options.limiter,
    maxSockets: options.maxInFlight,
    now: options.now,
    wallNow: options.wallNow,
  });
  const compress = createCompress(options.maxInFlight);
  return async (batch, deadline) => {
    const body = await compress(batch.bytes);
    return await send({
      name: "Mixpanel",
      method: "POST",
      url: `${options.url}/import?strict=1`,
      headers: {
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
        "Accept-Encoding": "identity",
        "User-Agent": options.userAgent,
      },
      auth: { username: options.token, password: "" },
      body,
      // Mixpanel's rate limit counts uncompressed bytes.
      weight: batch.bytes.length,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      deadline,
      contradiction: (response) =>
        isJsonExpectedButMissing(response) ? "the response is not JSON" : undefined,
    });
  };
}
