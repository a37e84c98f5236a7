import type { Readable } from "node:stream";

import axios, { AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from "axios";

import type { DirectTransport } from "./direct-transport.ts";
import { isRetryableStatus, type HttpRequest } from "./http-request.ts";
import { readResponseBody } from "./response-body.ts";

/** An attempt's configuration, with what ends it. */
export type AttemptConfig = InternalAxiosRequestConfig & { readonly signal: AbortSignal };

/**
 * Sends one attempt of a request.
 *
 * @throws AxiosError, also when the status is worth another attempt
 */
export type SendOnce = (config: AttemptConfig, request: HttpRequest) => Promise<AxiosResponse>;

type RequestWithMemory = HttpRequest & Required<Pick<HttpRequest, "memoryFor">>;

/** Answers for which the request has memory are read straight into it, where that is possible; all others by axios. */
export function createSendOnce(direct: DirectTransport): SendOnce {
  return async (config, request) => {
    const { memoryFor } = request;
    if (memoryFor === undefined) return await axios.getAdapter("http")(config);
    const withMemory = { ...request, memoryFor };
    const response =
      (await sendDirectly(direct, config, withMemory)) ?? (await sendStreamed(config, withMemory));
    if (!isRetryableStatus(response.status)) return response;
    throw new AxiosError("refused", AxiosError.ERR_BAD_RESPONSE, config, undefined, response);
  };
}

async function sendDirectly(
  direct: DirectTransport,
  config: AttemptConfig,
  { memoryFor, maxResponseBytes }: RequestWithMemory,
): Promise<AxiosResponse | undefined> {
  const { signal } = config;
  const response = await direct(config, { memoryFor, maxBytes: maxResponseBytes, signal });
  if (response === undefined) return undefined;
  const { status, headers, body } = response;
  return { status, statusText: "", headers, data: body, config };
}

/** Through Node's client, which reads whatever HTTP allows. */
async function sendStreamed(
  config: AttemptConfig,
  { memoryFor, maxResponseBytes }: RequestWithMemory,
): Promise<AxiosResponse> {
  const streamed = { responseType: "stream", maxContentLength: -1, validateStatus: null } as const;
  const response = await axios.getAdapter("http")({ ...config, ...streamed });
  const length = Number(response.headers["content-length"] ?? NaN);
  const data = await readResponseBody(response.data as Readable, {
    length: Number.isSafeInteger(length) ? length : undefined,
    maxBytes: maxResponseBytes,
    memoryFor,
  });
  return { ...response, data };
}
