import assert from "node:assert/strict";
import type http from "node:http";
import { after } from "node:test";
import { inspect } from "node:util";

import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type RequestLimiter,
} from "../../../functions/http/http-client.ts";
import { systemClock } from "../../../functions/platform/clock.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import type { HttpRequest } from "../../../functions/http/http-request.ts";
import { listenOnLoopback, readBody } from "../../../local/http-server.ts";
import { deadlineIn } from "../../support/deadlines.ts";

/** A request as the service received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly port: number | undefined;
}

export interface Service {
  readonly url: string;
  readonly received: readonly Received[];
  readonly stop: () => Promise<void>;
}

/** What the service does with its n-th request, from 1. */
export type Serve = (
  attempt: number,
  response: http.ServerResponse,
  request: http.IncomingMessage,
) => void | Promise<void>;

/** A service on loopback, stopped when the tests are over. */
export async function startService(serve: Serve): Promise<Service> {
  const received: Received[] = [];
  const server = await listenOnLoopback(async (request, response) => {
    const body = await readBody(request);
    const { method = "", url = "", headers, socket } = request;
    received.push({ method, url, headers, body, port: socket.remotePort });
    await serve(received.length, response, request);
  });
  after(() => server.stop());
  return { url: server.url, received, stop: () => server.stop() };
}

/**
 * A service that gives no response before `release`: then a 404 to whoever still waits, so that a
 * client that goes on by itself does not outlive the test. `onRequest` is called with the number of
 * each request, from 1.
 */
export async function startSilentService(
  onRequest: (attempt: number) => void = () => undefined,
): Promise<Service & { readonly release: () => void }> {
  const open: http.ServerResponse[] = [];
  const service = await startService((attempt, response) => {
    open.push(response);
    onRequest(attempt);
  });
  const release = (): void => {
    for (const response of open) response.writeHead(404).end();
  };
  return { ...service, release };
}

/** A client that waits a few milliseconds between attempts; `options` replaces parts of its own. */
export function createTestClient(options: Partial<HttpClientOptions> = {}): HttpClient {
  return createHttpClient({
    attemptTimeoutMs: 5000,
    backoffMs: () => 5,
    maxSockets: 4,
    ...systemClock,
    ...options,
  });
}

export const TOKEN = "secret-token-0123456789";

/** A request with credentials and a body, and time for a few attempts. */
export function requestTo(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    name: "the service",
    method: "POST",
    url,
    headers: { "content-type": "application/x-ndjson", authorization2: TOKEN },
    auth: { username: TOKEN, password: "" },
    body: Buffer.from([0, 1, 2, 255]),
    maxResponseBytes: 1000,
    deadline: deadlineIn(10_000, 20_000),
    ...more,
  };
}

/** Lets every attempt start at once. */
export const UNLIMITED: RequestLimiter = {
  acquire: () => Promise.resolve(() => undefined),
  throttled: () => undefined,
};

/** The error a request ends with. */
export async function failureOf(request: Promise<unknown>): Promise<UnavailableError> {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof UnavailableError, inspect(error));
    return error;
  }
  throw new Error("The request succeeded.");
}

/** A service that gives these statuses, the last one for ever. */
export function answering(...statuses: readonly number[]): Promise<Service> {
  return startService((attempt, response) => {
    response.writeHead(statuses[Math.min(attempt, statuses.length) - 1] ?? 200).end("{}");
  });
}
