import { mixpanelBackoffMs } from "../http/backoff.ts";
import { createHttpClient, type RequestLimiter } from "../http/http-client.ts";
import type { HttpRequest, HttpResponse } from "../http/http-request.ts";
import type { Clock } from "../platform/clock.ts";

export interface MixpanelClientOptions extends Clock {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  /** `mixpanel-gcs/1.2.3`, so that Mixpanel can tell who is asking. */
  readonly userAgent: string;
  readonly maxInFlight: number;
  /** One for all endpoints: Mixpanel's limit is that of the project. */
  readonly limiter: RequestLimiter;
  readonly random: () => number;
}

/** A POST to one of Mixpanel's endpoints. */
export type MixpanelRequest = Pick<
  HttpRequest,
  "headers" | "auth" | "body" | "weight" | "deadline" | "contradiction"
> & {
  /** With its query: `/import?strict=1`. */
  readonly path: string;
};

/** Sends a request and returns its response, whatever it means. @throws UnavailableError */
export type MixpanelClient = (request: MixpanelRequest) => Promise<HttpResponse>;

/** A response lists at most one row for each record: far below this. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/**
 * https://docs.mixpanel.com/reference/import-events names no limit; a full batch takes a second or
 * two.
 */
const ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * What requests to all of Mixpanel's endpoints have in common: the documented backoff, one rate
 * limiter, one pool of connections. Every attempt of a request sends the same bytes.
 */
export function createMixpanelClient(options: MixpanelClientOptions): MixpanelClient {
  const send = createHttpClient({
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    backoffMs: (attempt) => mixpanelBackoffMs(attempt, options.random),
    limiter: options.limiter,
    maxSockets: options.maxInFlight,
    now: options.now,
    wallNow: options.wallNow,
  });
  return ({ path, headers, ...request }) =>
    send({
      ...request,
      name: "Mixpanel",
      method: "POST",
      url: `${options.url}${path}`,
      headers: { ...headers, "Accept-Encoding": "identity", "User-Agent": options.userAgent },
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
}
