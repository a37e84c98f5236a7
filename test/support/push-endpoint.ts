import type http from "node:http";

import { listenOnLoopback, readBody } from "../../local/http-server.ts";

/** A push request as an endpoint received it. */
export interface ReceivedPush {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: {
    readonly message: Readonly<Record<string, unknown>>;
    readonly subscription: string;
    readonly deliveryAttempt?: number;
  };
  /** `message.data`, decoded. */
  readonly text: string;
}

export interface PushEndpoint {
  readonly url: string;
  readonly received: readonly ReceivedPush[];
  /** Resolves when `count` requests have arrived in all. */
  arrived(count: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * An endpoint for push delivery; `respond` sends each response by itself, or returns its status.
 */
export async function startPushEndpoint(
  respond: (
    push: ReceivedPush,
    response: http.ServerResponse,
  ) => number | undefined | Promise<number | undefined>,
): Promise<PushEndpoint> {
  const received: ReceivedPush[] = [];
  const waiting = new Set<() => void>();
  const server = await listenOnLoopback(async (request, response) => {
    const push = parsePush(request.headers, await readBody(request));
    received.push(push);
    for (const look of waiting) look();
    const status = await respond(push, response);
    if (status !== undefined) response.writeHead(status).end();
  });
  return {
    url: server.url,
    received,
    arrived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    stop: () => server.stop(),
  };
}

function parsePush(headers: http.IncomingHttpHeaders, bytes: Buffer): ReceivedPush {
  // The one cast of this file: what local Pub/Sub sends is what the tests look at.
  const body = JSON.parse(bytes.toString("utf8")) as ReceivedPush["body"];
  const { data } = body.message;
  const text = typeof data === "string" ? Buffer.from(data, "base64").toString("utf8") : "";
  return { headers, body, text };
}
