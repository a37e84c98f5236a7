import type { GoogleApi } from "../../functions/google/google-api.ts";
import { systemClock } from "../../functions/platform/clock.ts";
import type { Deadline } from "../../functions/platform/deadline.ts";
import { messageOf, UnavailableError } from "../../functions/platform/errors.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { isLoginExpired, LOGIN } from "./credentials-remedy.ts";
import { neededRole } from "./needed-role.ts";
import { createServiceClock } from "./service-clock.ts";

/** A request of an operator that one of Google's services refused. */
export class RefusedError extends UserError {
  /** HTTP status. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** A 200 that holds something else: the page of a proxy, or an object that is no JSON. */
export class NotJsonError extends UnavailableError {}

/** Requests to Google's REST interfaces, with the operator's credentials. */
export interface Rest {
  /**
   * The JSON object of a 200; `what` says what is tried, for messages: "looking up the backlog".
   *
   * @throws RefusedError for any other final response, with what Google says and a remedy;
   *   NotJsonError for a 200 that stays something else; UnavailableError when there is no response
   *   within 30 s
   */
  get(what: string, url: string): Promise<Readonly<Record<string, unknown>>>;
  /** The same with a body. Is sent again after a failure: only for what may happen twice. */
  post(what: string, url: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Milliseconds of the epoch by the services' clock, as the responses so far tell it: whatever is
   * compared with a time that Google has written.
   */
  readonly now: () => number;
}

const REQUEST_MS = 30_000;
/** A pull may bring 1,000 messages of together 10 MB and more, in base64. */
const MAX_RESPONSE_BYTES = 100_000_000;
/** What is not JSON after so many attempts, which take two seconds, stays so. */
const MAX_ATTEMPTS_AT_JSON = 4;
const NO_JSON = "the response is no JSON object";
const REMEDIES: Readonly<Record<number, string>> = {
  401: LOGIN,
};

export interface RestOptions {
  readonly google: Pick<GoogleApi, "send" | "authorize">;
  /** Services on this machine have no use for credentials. */
  readonly isLocal: boolean;
  /** Ends whatever is under way: Ctrl-C. */
  readonly signal: AbortSignal;
  /** How long a request is repeated. @default 30,000 */
  readonly requestMs?: number;
  /** This machine's clock, milliseconds of the epoch. @default the real one */
  readonly wallNow?: () => number;
}

/** Requests that are repeated while nothing, or nothing to be believed, comes back. */
export function createRest(options: RestOptions): Rest {
  const { google, isLocal, signal, requestMs = REQUEST_MS, wallNow = Date.now } = options;
  const clock = createServiceClock(wallNow);
  const authorize = async (what: string, url: string, deadline: Deadline) => {
    try {
      return await google.authorize(url, deadline);
    } catch (error) {
      if (!isLoginExpired(error)) throw error;
      throw new RefusedError(
        `${what}: your login has expired (${messageOf(error)}).\n${LOGIN}`,
        401,
      );
    }
  };
  const send = async (method: "GET" | "POST", what: string, url: string, body?: object) => {
    const deadline = operatorDeadline(signal, requestMs);
    // Parsed once: a pull may bring 10 MB.
    let value: unknown;
    const authorization = isLocal ? {} : await authorize(what, url, deadline);
    const sentAt = wallNow();
    const response = await google.send({
      name: what,
      method,
      url,
      headers: {
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...authorization,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      maxResponseBytes: MAX_RESPONSE_BYTES,
      contradiction: ({ status, headers, body: text, attempts }) => {
        clock.observe(headers["date"], sentAt);
        value = parseJson(text);
        return status === 200 && attempts < MAX_ATTEMPTS_AT_JSON && !isObject(value)
          ? NO_JSON
          : undefined;
      },
      deadline,
    });
    if (response.status === 200 && isObject(value)) return value;
    if (response.status === 200) throw new NotJsonError(`${what}: ${NO_JSON}`);
    throw new RefusedError(describeRefusal(what, url, response.status, value), response.status);
  };
  return {
    get: (what, url) => send("GET", what, url),
    post: (what, url, body) => send("POST", what, url, body),
    now: clock.now,
  };
}

/** The deadline of what an operator waits for. */
export function operatorDeadline(signal: AbortSignal, ms: number): Deadline {
  const at = systemClock.now() + ms;
  return { startBy: at, endBy: at, signal };
}

function describeRight(url: string): string {
  const role = neededRole(url);
  const list = "docs/permissions.md lists the roles an operator needs.";
  return role === undefined ? list : `It takes ${role}. ${list}`;
}

/** Google's errors: https://cloud.google.com/apis/design/errors#http_mapping */
function describeRefusal(what: string, url: string, status: number, body: unknown): string {
  const error = isObject(body) ? body["error"] : undefined;
  const said = isObject(error) && typeof error["message"] === "string" ? error["message"] : "";
  const remedy = status === 403 ? describeRight(url) : REMEDIES[status];
  return [
    `${what} was refused (${status})${said === "" ? "." : `: ${said}`}`,
    ...(remedy === undefined ? [] : [remedy]),
  ].join("\n");
}
