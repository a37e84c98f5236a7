import type http from "node:http";
import { after } from "node:test";

import {
  createHttpClient,
  type HttpClient,
  type RetryPolicy,
} from "../../../functions/http/http-client.ts";
import type { HttpRequest } from "../../../functions/http/http-request.ts";
import { listenOnLoopback, readBody } from "../../../local/http-server.ts";

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

/** A client that waits a few milliseconds between attempts; `policy` replaces parts of its own. */
export function createTestClient(policy: Partial<RetryPolicy> = {}): HttpClient {
  return createHttpClient({
    attemptTimeoutMs: 5000,
    delayMs: () => 5,
    maxSockets: 4,
    now: Date.now,
    ...policy,
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
    startBy: Date.now() + 10_000,
    endBy: Date.now() + 20_000,
    ...more,
  };
}
