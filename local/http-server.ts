import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

import { UserError } from "../functions/platform/user-error.ts";

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT` (or https), without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections and stops listening. */
  stop(): Promise<void>;
}

export interface LoopbackOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** PEM texts; serves https when given. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Responds to a request; when it throws or rejects, the response is 500. */
export type RequestHandler = (
  request: http.IncomingMessage,
  response: http.ServerResponse,
) => void | Promise<void>;

/**
 * Serves `handler` on 127.0.0.1 only: what runs on a laptop must not be reachable from its network.
 *
 * @throws UserError when the port is in use or may not be used.
 */
export async function listenOnLoopback(
  handler: RequestHandler,
  options: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => {
        respondWithFailure(response, error);
      });
  };
  const server = options.tls
    ? https.createServer({ ...options.tls }, listener)
    : http.createServer(listener);
  server.keepAliveTimeout = 60_000;
  await bind(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function bind(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `Port ${port} is in use. Stop what uses it, or choose another port.`,
        EACCES: `Port ${port} may not be used. Choose one above 1023.`,
      };
      const reason = reasons[error.code ?? ""];
      reject(reason === undefined ? error : new UserError(reason));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

function respondWithFailure(response: http.ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: { code: 500, message: String(error) } });
}

/** The whole body of a request. @throws UserError past `maxBytes`. */
export async function readBody(
  request: http.IncomingMessage,
  maxBytes = 1024 * 1024 * 1024,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new UserError(`The request's body is over ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Responds with JSON. */
export function sendJson(response: http.ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=UTF-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
