import http from "node:http";

import { listenOnLoopback, sendJson } from "../http-server.ts";
import { readPushToken } from "../pubsub/push-token.ts";

/** What stands in front of a function, as Cloud Run does. */
export interface ServiceFront {
  /** `http://127.0.0.1:PORT`, where push requests go. */
  readonly url: string;
  /** From now on requests go to another backend; those under way stay where they are. */
  serve(backend: Backend): void;
  stop(): Promise<void>;
}

/** What serves the requests. */
export interface Backend {
  /** Where the function's process listens. */
  readonly target: string;
  /** Requests the one instance takes at once; others wait. */
  readonly concurrency: number;
  readonly timeoutSeconds: number;
}

export interface ServiceFrontOptions {
  /** What a caller's token has to be for. */
  readonly audience: string;
  /** Whether the account with this address is let through. */
  readonly mayInvoke: (email: string) => boolean;
  readonly backend: Backend;
}

/**
 * Lets only authenticated callers through, as many at once as the function is configured for, and
 * each for as long as it may take (https://cloud.google.com/run/docs/authenticating/service-to-service).
 */
export async function startServiceFront(options: ServiceFrontOptions): Promise<ServiceFront> {
  const { audience, mayInvoke } = options;
  const agent = new http.Agent({ keepAlive: true });
  const backendOf = (backend: Backend) => ({ ...backend, slots: createSlots(backend.concurrency) });
  let current = backendOf(options.backend);
  const server = await listenOnLoopback(async (request, response) => {
    const token = readPushToken(request.headers.authorization ?? "");
    if (token?.audience !== audience) {
      refuse(response, UNAUTHORIZED);
      return;
    }
    if (!mayInvoke(token.serviceAccountEmail)) {
      refuse(response, FORBIDDEN);
      return;
    }
    const { slots, target, timeoutSeconds } = current;
    const release = await slots.take();
    // Whoever gave up while waiting is over already, and would hold its place for good.
    if (!response.destroyed)
      await forward(request, response, { target, agent, timeoutMs: timeoutSeconds * 1000 });
    release();
  });
  return {
    url: server.url,
    serve: (backend) => {
      current = backendOf(backend);
    },
    stop: async () => {
      await server.stop();
      agent.destroy();
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

/** As Cloud Run words it: https://cloud.google.com/run/docs/troubleshooting#unauthorized-client. */
const UNAUTHORIZED: Refusal = {
  status: 401,
  title: "Unauthorized",
  text: "Your client does not have permission to the requested URL <code>/</code>.",
};
const FORBIDDEN: Refusal = {
  status: 403,
  title: "Forbidden",
  text: "Your client does not have permission to get URL <code>/</code> from this server.",
};

function refuse(response: http.ServerResponse, { status, title, text }: Refusal): void {
  const body =
    `<html><head><title>${status} ${title}</title></head>\n` +
    `<body text=#000000 bgcolor=#ffffff>\n<h1>Error: ${title}</h1>\n<h2>${text}</h2>\n</body></html>\n`;
  response.writeHead(status, { "content-type": "text/html; charset=UTF-8" });
  response.end(body);
}

/** Resolves when the response is over, however it ends. */
function forward(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  to: { readonly target: string; readonly agent: http.Agent; readonly timeoutMs: number },
): Promise<void> {
  return new Promise((resolve) => {
    const { method, headers, url = "/" } = request;
    const onward = http.request(new URL(url, to.target), { method, headers, agent: to.agent });
    const timeout = setTimeout(() => {
      fail(
        response,
        504,
        "The request has been terminated because it has reached the maximum request timeout.",
      );
      onward.destroy();
    }, to.timeoutMs);
    response.once("close", () => {
      clearTimeout(timeout);
      onward.destroy();
      resolve();
    });
    onward.once("error", (error) => {
      fail(response, 503, `The service is unavailable: ${error.message}`);
    });
    onward.once("response", (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    request.pipe(onward);
  });
}

function fail(response: http.ServerResponse, code: number, message: string): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, code, { error: { code, message } });
}

/** Lets so many through at once; the others in the order they came. */
function createSlots(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    take: async (): Promise<() => void> => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return release;
    },
  };
}
