import http, { type IncomingHttpHeaders, type ServerResponse } from "node:http";

import { listenOnLoopback, readBody } from "../../local/http-server.ts";

/** A request on its way to the real server. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent, compressed or not. */
  readonly body: Buffer;
}

/** What the real server responded. */
export interface TrueResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Writes a response in the place of the true one. `pass` sends the request on and gives the true
 * response; a lie that does not call it has kept the request from the server.
 */
export type Lie = (
  response: ServerResponse,
  pass: () => Promise<TrueResponse>,
) => void | Promise<void>;

/** A server between a function and one of the cloud's services that tells any lie HTTP can tell. */
export interface LyingProxy {
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Where requests are passed on to. */
  forward(url: string): void;
  /** Decides over the next requests; undefined passes one on as it is. */
  lie(choose: (request: ProxiedRequest) => Lie | undefined): void;
  /** Requests it has had. */
  requests(): number;
  stop(): Promise<void>;
}

export async function startLyingProxy(): Promise<LyingProxy> {
  let target = "";
  let choose: (request: ProxiedRequest) => Lie | undefined = () => undefined;
  let requests = 0;
  const server = await listenOnLoopback(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const proxied: ProxiedRequest = { method, url, headers, body: await readBody(request) };
    requests++;
    const pass = (): Promise<TrueResponse> => passOn(target, proxied);
    const lie = choose(proxied);
    if (lie !== undefined) {
      await lie(response, pass);
      return;
    }
    const { status, headers: trueHeaders, body } = await pass();
    response.writeHead(status, trueHeaders).end(body);
  });
  return {
    url: server.url,
    host: `127.0.0.1:${server.port}`,
    forward: (url) => {
      target = url;
    },
    lie: (decide) => {
      choose = decide;
    },
    requests: () => requests,
    stop: () => server.stop(),
  };
}

function passOn(
  target: string,
  { method, url, headers, body }: ProxiedRequest,
): Promise<TrueResponse> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(target);
    const { "transfer-encoding": _chunked, ...kept } = headers;
    const request = http.request(`${target}${url}`, {
      method,
      headers: { ...kept, host, "content-length": body.length },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { connection: _hop, "transfer-encoding": _framing, ...rest } = response.headers;
        const { statusCode: status = 0 } = response;
        resolve({ status, headers: rest, body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}

/** A response of our own making; nothing reaches the real server. */
export function say(
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
): Lie {
  return (response) => {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
  };
}

/**
 * The true response, with another status, headers or body; the request has reached the real server.
 */
export function twist(change: (response: TrueResponse) => Partial<TrueResponse>): Lie {
  return async (response, pass) => {
    const truth = await pass();
    const { status, headers, body } = { ...truth, ...change(truth) };
    response.writeHead(status, { ...headers, "content-length": body.length }).end(body);
  };
}

/**
 * A choice that lies to the first `count` requests that `isMeant` holds for, and to none after
 * them.
 */
export function firstTimes(
  count: number,
  lie: Lie,
  isMeant: (request: ProxiedRequest) => boolean = () => true,
): (request: ProxiedRequest) => Lie | undefined {
  let left = count;
  return (request) => (isMeant(request) && left-- > 0 ? lie : undefined);
}
