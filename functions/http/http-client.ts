import http from "node:http";
import https from "node:https";

import axios, { AxiosError, type AxiosAdapter } from "axios";
import axiosRetry from "axios-retry";

import { UnavailableError } from "../platform/errors.ts";
import { createDirectTransport } from "./direct-transport.ts";
import { isRetryableStatus, type HttpResponse, type HttpRequest } from "./http-request.ts";
import { createSendOnce, type AttemptConfig, type SendOnce } from "./send-once.ts";

/** How one service wants to be retried. */
export interface RetryPolicy {
  /** Longest an attempt may take, whatever it does, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds to wait before attempt `attempt` (from 2), or before anything else after a refusal. */
  readonly delayMs: (attempt: number) => number;
  /**
   * Waits until an attempt of this weight may start; returns what to call when it has ended. Rejects when the signal,
   * which ends the wait, is aborted.
   */
  readonly enter?: (weight: number, signal: AbortSignal) => Promise<() => void>;
  /** The service said that it is too much (429, 503): it will be asked again after `delayMs`. */
  readonly onThrottled?: (delayMs: number) => void;
  readonly maxSockets: number;
  readonly now: () => number;
}

export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * A client that retries what is worth retrying for as long as there is time: retryable statuses, broken connections,
 * timeouts, answers that are none.
 *
 * Errors of axios hold the whole request, credentials included, so none of them leaves this file.
 *
 * @throws UnavailableError when no attempt succeeded in time
 */
export function createHttpClient(policy: RetryPolicy): HttpClient {
  const agentOptions = {
    keepAlive: true,
    maxSockets: policy.maxSockets,
    scheduling: "lifo",
  } as const;
  const client = axios.create({
    httpAgent: new http.Agent(agentOptions),
    httpsAgent: new https.Agent(agentOptions),
    responseType: "arraybuffer",
    // The stored bytes of an object are wanted as they are; Mixpanel's responses are small.
    decompress: false,
    maxRedirects: 0,
    proxy: false,
    maxBodyLength: Infinity,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: (status) => !isRetryableStatus(status),
  });
  axiosRetry(client, { retries: Infinity, shouldResetTimeout: true });
  const sendOnce = createSendOnce(createDirectTransport(policy.maxSockets, policy.now));

  return async (request) => {
    const attempt = createAttempts(request, policy, sendOnce);
    try {
      const { status, headers, data } = await client.request<Buffer>({
        method: request.method,
        url: request.url,
        headers: request.headers,
        ...(request.auth && { auth: request.auth }),
        ...(request.body !== undefined && { data: request.body }),
        ...(request.signal && { signal: request.signal }),
        maxContentLength: request.maxResponseBytes,
        adapter: attempt.adapter,
        "axios-retry": { retryCondition: attempt.mayRetry, retryDelay: attempt.delay },
      });
      return { status, headers, body: data, attempts: attempt.count() };
    } catch (error) {
      throw toUnavailable(request.name, error);
    }
  };
}

/** The attempts of one request: each with its own time limit, under the policy's control. */
function createAttempts(request: HttpRequest, policy: RetryPolicy, sendOnce: SendOnce) {
  const weight = request.weight ?? 0;
  let attempts = 0;
  let nextDelayMs = 0;

  const adapter: AxiosAdapter = async (config) => {
    const leave = await policy.enter?.(weight, untilTime(request, request.startBy - policy.now()));
    if (policy.now() > request.startBy) {
      leave?.();
      throw new UnavailableError(`${request.name}: the time is up`);
    }
    attempts++;
    try {
      const response = await sendOnce({ ...config, ...timeLimits(request, policy) }, request);
      const objection = request.objection?.({
        ...response,
        body: response.data as Buffer,
        attempts,
      });
      if (objection === undefined) return response;
      throw new AxiosError(objection, AxiosError.ERR_BAD_RESPONSE);
    } catch (error) {
      // axios-retry sends `error.config` again; the time limits of this attempt must not go with it.
      if (axios.isAxiosError(error)) error.config = config;
      throw error;
    } finally {
      leave?.();
    }
  };
  const mayRetry = (error: AxiosError): boolean => {
    if (request.signal?.aborted === true || isLocal(error)) return false;
    nextDelayMs = Math.max(policy.delayMs(attempts + 1), retryAfterMs(error, policy.now()));
    const status = error.response?.status;
    if (status === 429 || status === 503) policy.onThrottled?.(nextDelayMs);
    return policy.now() + nextDelayMs < request.startBy;
  };
  return { adapter, mayRetry, delay: () => nextDelayMs, count: () => attempts };
}

/** `timeout` of axios is the longest silence only; the signal limits the attempt as a whole. */
function timeLimits(
  request: HttpRequest,
  policy: RetryPolicy,
): Pick<AttemptConfig, "timeout" | "signal"> {
  const timeout = Math.min(policy.attemptTimeoutMs, request.endBy - policy.now());
  return { timeout: Math.max(1, Math.ceil(timeout)), signal: untilTime(request, timeout) };
}

/** The request's own signal, or the end of `ms` milliseconds. */
function untilTime({ signal }: HttpRequest, ms: number): AbortSignal {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(ms)));
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

/** An error of our own making: no other attempt would end otherwise. */
function isLocal(error: AxiosError): boolean {
  return error.code === AxiosError.ERR_BAD_OPTION || error.code === AxiosError.ERR_INVALID_URL;
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds, or a date. 0 when there is none. */
function retryAfterMs(error: AxiosError, now: number): number {
  const value: unknown = error.response?.headers["retry-after"];
  if (typeof value !== "string") return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function toUnavailable(name: string, error: unknown): unknown {
  if (isAbort(error)) return new UnavailableError(`${name}: the time is up`);
  if (!axios.isAxiosError(error)) return error;
  const status = error.response?.status;
  if (status !== undefined && isRetryableStatus(status))
    return new UnavailableError(`${name} answered ${status}`, status);
  if (error.code === AxiosError.ERR_CANCELED || error.code === AxiosError.ECONNABORTED)
    return new UnavailableError(`${name} did not answer in time`);
  if (error.code === AxiosError.ERR_BAD_RESPONSE)
    return new UnavailableError(`${name}: ${error.message}`);
  return new UnavailableError(`${name} cannot be reached: ${error.code ?? error.message}`);
}

/** What a signal makes of a wait that is not axios' own. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
