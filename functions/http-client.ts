import http from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";

import axios, {
  AxiosError,
  type AxiosAdapter,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from "axios";
import axiosRetry from "axios-retry";

import { UnavailableError } from "./errors.ts";
import { readResponseBody } from "./response-body.ts";

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
  /** Gives memory for an answer of `length` bytes; each attempt asks for its own. Left out: axios puts it together. */
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
  readonly onRefusal?: (delayMs: number) => void;
  readonly maxSockets: number;
  readonly now: () => number;
}

export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>;

/**
 * Statuses worth another attempt: the time was too short (408), it was too much (429), or the service is in trouble
 * (5xx). https://docs.mixpanel.com/reference/import-events, https://cloud.google.com/storage/docs/retry-strategy
 */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

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
    // The stored bytes of an object are wanted as they are; Mixpanel's answers are small.
    decompress: false,
    maxRedirects: 0,
    proxy: false,
    maxBodyLength: Infinity,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: (status) => !isRetryableStatus(status),
  });
  axiosRetry(client, { retries: Infinity, shouldResetTimeout: true });

  return async (request) => {
    const attempt = createAttempts(request, policy);
    try {
      const { status, headers, data } = await client.request<Buffer>({
        method: request.method,
        url: request.url,
        headers: request.headers,
        ...(request.auth && { auth: request.auth }),
        ...(request.body !== undefined && { data: request.body }),
        ...(request.signal && { signal: request.signal }),
        maxContentLength: request.maxAnswerBytes,
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
function createAttempts(request: HttpRequest, policy: RetryPolicy) {
  const send = axios.getAdapter("http");
  const weight = request.weight ?? 0;
  let attempts = 0;
  let nextDelayMs = 0;

  const adapter: AxiosAdapter = async (config) => {
    const leave = await policy.enter?.(
      weight,
      untilTime(request, request.retryUntil - policy.now()),
    );
    if (policy.now() > request.retryUntil) {
      leave?.();
      throw new UnavailableError(`${request.name}: the time is up`);
    }
    attempts++;
    try {
      const limited = { ...config, ...timeLimits(request, policy) };
      const response = await sendOnce(send, limited, request);
      const answer = { ...response, body: response.data as Buffer, attempts };
      const objection = request.objection?.(answer);
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
    if (status === 429 || status === 503) policy.onRefusal?.(nextDelayMs);
    return policy.now() + nextDelayMs < request.retryUntil;
  };
  return { adapter, mayRetry, delay: () => nextDelayMs, count: () => attempts };
}

/** One attempt, with the body of its answer. */
async function sendOnce(
  send: AxiosAdapter,
  config: InternalAxiosRequestConfig,
  { memoryFor, maxAnswerBytes }: HttpRequest,
): Promise<AxiosResponse> {
  if (memoryFor === undefined) return await send(config);
  const streamed = { responseType: "stream", maxContentLength: -1, validateStatus: null } as const;
  const response = await send({ ...config, ...streamed });
  const length = Number(response.headers["content-length"] ?? NaN);
  const data = await readResponseBody(response.data as Readable, {
    length: Number.isSafeInteger(length) ? length : undefined,
    maxBytes: maxAnswerBytes,
    memoryFor,
  });
  const answer = { ...response, data };
  if (!isRetryableStatus(answer.status)) return answer;
  const { request } = answer as { request: unknown };
  throw new AxiosError("refused", AxiosError.ERR_BAD_RESPONSE, config, request, answer);
}

/** `timeout` of axios is the longest silence only; the signal limits the attempt as a whole. */
function timeLimits(
  request: HttpRequest,
  policy: RetryPolicy,
): Pick<InternalAxiosRequestConfig, "timeout" | "signal"> {
  const timeout = Math.min(policy.attemptTimeoutMs, request.abortAt - policy.now());
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
