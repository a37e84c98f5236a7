import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { LoopbackServer } from "../http-server.ts";
import { listenOnLoopback, sendJson } from "../http-server.ts";
import { composePage } from "./compose-page.ts";
import type { PageState } from "./page-state.ts";

/**
 * The page loads nothing but its own state, nothing may be loaded into it, and no script runs but
 * its own: what comes from files could not be one, even if it were set as markup.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/script-src#hash-algorithm-hash_value
 */
function contentSecurityPolicy(page: string): string {
  const [, script = ""] = /<script>(.*)<\/script>/s.exec(page) ?? [];
  const own = `'sha256-${hash("sha256", script, "base64")}'`;
  return `default-src 'none'; script-src ${own}; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

/**
 * Serves the page of a local run on 127.0.0.1: `GET /` is the page, `GET /state` what it shows,
 * asked for every second.
 *
 * @param look tells the state as it is now
 * @throws UserError when no port can be used
 */
export async function startPageServer(look: () => PageState): Promise<LoopbackServer> {
  const page = await composePage();
  let ownHosts: readonly string[] = [];

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!ownHosts.includes(request.headers.host ?? "")) refuse(response, 403, "Wrong host.");
    else if (!isRead) refuse(response, 405, "Only GET is allowed here.");
    else if (request.url === "/") sendPage(response, page);
    else if (request.url === "/state") sendJson(response, 200, look());
    else refuse(response, 404, "There is only / and /state.");
  };
  const server = await listenOnLoopback(handle);
  // Another site could make its own name lead to 127.0.0.1 and read the state in a visitor's
  // browser (https://developer.mozilla.org/en-US/docs/Web/Security/Attacks/DNS_rebinding).
  ownHosts = [`127.0.0.1:${server.port}`, `localhost:${server.port}`];
  return server;
}

/** Responds with the page. */
export function sendPage(response: ServerResponse, page: string): void {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": contentSecurityPolicy(page),
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
  response.end(page);
}

/** Responds with one line of text. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}
