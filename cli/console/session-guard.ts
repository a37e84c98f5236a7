import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Header that page requests carry the session's token in. */
const TOKEN_HEADER = "x-session-token";
/** 256 bits: nobody guesses it. */
const TOKEN_BYTES = 32;

/** Why a request is refused. */
export interface Refusal {
  readonly status: 403 | 415;
  readonly text: string;
}

/** Tells whether a request comes from the page of this session. */
export interface SessionGuard {
  /** In the address of the page; whoever knows it may act. */
  readonly token: string;
  /** Undefined: it may pass. */
  check(request: IncomingMessage): Refusal | undefined;
}

/**
 * Keeps other sites, and other users of this machine, out. Any site can have a browser send
 * requests to 127.0.0.1, and can make its own name lead there
 * (https://developer.mozilla.org/en-US/docs/Web/Security/Attacks/DNS_rebinding). So the name must
 * be this server's, the origin too, and what acts needs a token that only the page's address has,
 * in a header that no other origin may send.
 *
 * @param portOf this server; 0 before it listens
 */
export function createSessionGuard(portOf: () => number): SessionGuard {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  return {
    token,
    check: (request) => {
      const { host = "", origin } = request.headers;
      const hosts = [`127.0.0.1:${portOf()}`, `localhost:${portOf()}`];
      if (!hosts.includes(host)) return { status: 403, text: "Wrong host." };
      const isOwn = origin === `http://${host}`;
      const isPost = request.method === "POST";
      // Browsers leave it out of the requests that a page makes to its own server, but for POST.
      if (!isOwn && (isPost || origin !== undefined))
        return { status: 403, text: "Wrong origin: open the console's own page." };
      if (!isEqual(tokenOf(request), token))
        return { status: 403, text: "Wrong token: open the address that the console printed." };
      const contentType = request.headers["content-type"] ?? "";
      if (isPost && !/^application\/json\s*(;|$)/i.test(contentType))
        return { status: 415, text: "Only application/json is taken." };
      return undefined;
    },
  };
}

/** The page itself is asked for by its address; what it asks for, with the header. */
function tokenOf({ url = "/", headers }: IncomingMessage): string {
  // `//` is no address, and yet may be asked for.
  if (!URL.canParse(url, "http://localhost")) return "";
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const header = headers[TOKEN_HEADER];
  if (pathname === "/") return searchParams.get("token") ?? "";
  return typeof header === "string" ? header : "";
}

/** In the same time, however much of it is right. */
function isEqual(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
