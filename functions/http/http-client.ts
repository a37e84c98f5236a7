import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";

import axios, {
  AxiosError,
  type AxiosAdapter,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from "axios";
import axiosRetry from "axios-retry";

import type { Clock } from "../platform/clock.ts";
import { endSignal, mayStart, startSignal } from "../platform/deadline.ts";
import { UnavailableError } from "../platform/errors.ts";
import { isRetryableStatus, type HttpRequest, type HttpResponse } from "./http-request.ts";
import { readResponseBody } from "./response-body.ts";
import { retryAfterMs } from "./retry-after.ts";
import { toUnavailableError } from "./unavailable.ts";

/**
 * Bounds how fast requests start. Implemented by `createRateLimiter` in mixpanel/rate-limiter.ts.
 */
export interface RequestLimiter {
  /**
   * Waits until an attempt of `weight` bytes may start; returns what to call when it has ended.
   *
   * @throws what `signal` was aborted with; UnavailableError when no request may start at all
   */
  readonly acquire: (weight: number, signal: AbortSignal) => Promise<() => void>;
  /**
   * The service refused an attempt because it was too much (429, 503): it is asked again after
   * `pauseMs`.
   */
  readonly throttled: (pauseMs: number) => void;
}

export interface HttpClientOptions extends Clock {
  /** Longest an attempt may take, whatever it does, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds to wait before attempt `attempt`, from 2. */
  readonly backoffMs: (attempt: number) => number;
  readonly limiter?: RequestLimiter;
  readonly maxSockets: number;
  /**
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not: the proxy that requests go
   * through, in a tunnel. Is left out of account by Node before 24.5
   * (https://nodejs.org/api/http.html#built-in-proxy-support). @default none
   */
  readonly proxyEnv?: ProxyEnvironment;
}

/** As much of an environment as tells a proxy. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** Sends a request. @throws UnavailableError when no attempt succeeded before its deadline */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * A client that retries what is worth retrying for as long as there is time: retryable statuses,
 * broken connections, timeouts, responses that cannot be believed.
 *
 * Errors of axios hold the whole request, credentials included, so none of them leaves this file.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const client = createAxios(options);
  return async (request) => {
    const { adapter, retryCondition, retryDelay, count } = createAttempts(request, options);
    try {
      const { status, headers, data } = await client.request<Buffer>({
        method: request.method,
        url: request.url,
        headers: request.headers,
        ...(request.auth && { auth: request.auth }),
        ...(request.body !== undefined && { data: request.body }),
        maxContentLength: request.maxResponseBytes,
        decompress: request.decompress ?? true,
        signal: request.deadline.signal,
        adapter,
        "axios-retry": { retryCondition, retryDelay },
      });
      return { status, headers, body: data, attempts: count() };
    } catch (error) {
      throw toUnavailableError(request.name, error);
    }
  };
}

function createAxios({ maxSockets, proxyEnv }: HttpClientOptions): AxiosInstance {
  const agentOptions = {
    ...({ keepAlive: true, maxSockets, scheduling: "lifo" } as const),
    ...(proxyEnv !== undefined && { proxyEnv }),
  };
  const client = axios.create({
    httpAgent: new http.Agent(agentOptions),
    httpsAgent: new https.Agent(agentOptions),
    responseType: "arraybuffer",
    maxRedirects: 0,
    // With a proxy of theirs axios leaves it to the agents; otherwise it heeds no environment.
    ...(proxyEnv === undefined && { proxy: false }),
    maxBodyLength: Infinity,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: (status) => !isRetryableStatus(status),
  });
  // The deadline ends the attempts, not their number.
  axiosRetry(client, { retries: Infinity, shouldResetTimeout: true });
  return client;
}

/** The attempts of one request: each within its own time, all within the request's deadline. */
function createAttempts(request: HttpRequest, options: HttpClientOptions) {
  const { deadline } = request;
  const { limiter, now } = options;
  let attempts = 0;
  let delayMs = 0;

  const adapter: AxiosAdapter = async (config) => {
    const release = await limiter?.acquire(request.weight ?? 0, startSignal(deadline, now()));
    try {
      if (!mayStart(deadline, now())) throw new UnavailableError(`${request.name}: out of time`);
      attempts++;
      // `timeout` of axios is the longest silence only; the signal ends the attempt as a whole.
      const signal = endSignal(deadline, now(), options.attemptTimeoutMs);
      const response = await sendAttempt({ ...config, signal }, request);
      const body = response.data as Buffer;
      const contradiction = request.contradiction?.({ ...response, body, attempts });
      if (contradiction === undefined) return response;
      throw new AxiosError(contradiction, AxiosError.ERR_BAD_RESPONSE);
    } catch (error) {
      // axios-retry sends `error.config` again: without the signal of the attempt that has ended.
      if (axios.isAxiosError(error)) error.config = config;
      throw error;
    } finally {
      release?.();
    }
  };
  const retryCondition = (error: AxiosError): boolean => {
    if (deadline.signal.aborted || isOwnMistake(error)) return false;
    const retryAfter = retryAfterMs(error.response?.headers["retry-after"], options.wallNow());
    delayMs = Math.max(options.backoffMs(attempts + 1), retryAfter);
    const status = error.response?.status;
    if (status === 429 || status === 503) limiter?.throttled(delayMs);
    return mayStart(deadline, now() + delayMs);
  };
  return { adapter, retryCondition, retryDelay: () => delayMs, count: () => attempts };
}

/** One attempt over axios' own adapter; a body for which the request has memory is read into it. */
async function sendAttempt(
  config: InternalAxiosRequestConfig,
  { memoryFor, maxResponseBytes: maxBytes }: HttpRequest,
): Promise<AxiosResponse> {
  const send = axios.getAdapter("http");
  if (memoryFor === undefined) return await send(config);
  const streamed = { responseType: "stream", maxContentLength: -1, validateStatus: null } as const;
  const response = await send({ ...config, ...streamed });
  const announced = Number(response.headers["content-length"] ?? NaN);
  const length = Number.isSafeInteger(announced) ? announced : undefined;
  const data = await readResponseBody(response.data as Readable, { length, maxBytes, memoryFor });
  const complete = { ...response, data };
  if (!isRetryableStatus(response.status)) return complete;
  throw new AxiosError("refused", AxiosError.ERR_BAD_RESPONSE, config, undefined, complete);
}

/** An error in what we asked for: no other attempt would end otherwise. */
function isOwnMistake({ code }: AxiosError): boolean {
  return code === AxiosError.ERR_BAD_OPTION || code === AxiosError.ERR_INVALID_URL;
}
