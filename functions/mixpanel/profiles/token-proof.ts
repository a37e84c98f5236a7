import { UnavailableError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";
import { mayStart, type Deadline } from "../../platform/deadline.ts";
import type { HttpResponse } from "../../http/http-request.ts";
import type { CircuitBreaker } from "../circuit-breaker.ts";
import type { MixpanelClient } from "../mixpanel-client.ts";

/** What profiles wait for. */
export interface TokenProof {
  /** Why no update may be sent yet, or undefined. Asks Mixpanel when it is not known. */
  readonly missing: (deadline: Deadline) => Promise<string | undefined>;
}

export interface TokenProofOptions {
  readonly client: MixpanelClient;
  readonly token: string;
  readonly circuitBreaker: CircuitBreaker;
  /** Whether Mixpanel has accepted an event of this instance: it checks the token of events. */
  readonly hasAcceptedEvents: () => boolean;
  readonly now: () => number;
}

/**
 * An event without a time: Mixpanel is certain to refuse it, and stores nothing
 * (https://docs.mixpanel.com/reference/import-events, "Validation").
 */
export const REFUSED_EVENT = JSON.stringify([{ event: "Token of mixpanel-gcp", properties: {} }]);

/**
 * Proves token and region before the first update of an instance. The profile endpoints say "ok" to
 * any token, and what is sent with a wrong one is gone
 * (https://docs.mixpanel.com/troubleshooting/errors/401-unauthorized). /import does check it: an
 * event that is refused for what it is (400) has passed that check, a wrong token is a 401. This is
 * inferred from the contract of /import; nobody promises that it holds for profiles.
 */
export function createTokenProof(options: TokenProofOptions): TokenProof {
  let isProven = false;
  let asking: Promise<string | undefined> | undefined;

  return {
    missing: async (deadline) => {
      isProven ||= options.hasAcceptedEvents();
      if (isProven) return undefined;
      asking ??= prove(options, deadline).finally(() => {
        asking = undefined;
      });
      const reason = await asking;
      isProven ||= reason === undefined;
      return reason;
    },
  };
}

/** No proof is needed: the stack says so. */
export const WITHOUT_PROOF: TokenProof = { missing: () => Promise.resolve(undefined) };

async function prove(options: TokenProofOptions, deadline: Deadline): Promise<string | undefined> {
  const { client, token, circuitBreaker, now } = options;
  if (!mayStart(deadline, now())) return "out of time";
  const open = circuitBreaker.reason();
  if (open !== undefined) return open;
  try {
    const response = await client({
      path: "/import?strict=1",
      headers: { "Content-Type": "application/json" },
      auth: { username: token, password: "" },
      body: REFUSED_EVENT,
      weight: REFUSED_EVENT.length,
      deadline,
    });
    return reasonIn(response, circuitBreaker);
  } catch (error) {
    if (error instanceof UnavailableError) return error.message;
    throw error;
  }
}

function reasonIn(response: HttpResponse, circuitBreaker: CircuitBreaker): string | undefined {
  const { status } = response;
  if (status === 401 || status === 403) {
    circuitBreaker.reportBadCredentials(status);
    return "Mixpanel refused the credentials";
  }
  if (status === 400 && isAboutTheEvent(response.body)) return undefined;
  return `The token of profiles is not proved: Mixpanel responded with ${status}`;
}

/** Whether it is the event that is refused, as Mixpanel does and no proxy: a row names it. */
export function isAboutTheEvent(body: Buffer): boolean {
  const value = parseJson(body);
  if (!isObject(value)) return false;
  const { failed_records: rows } = value;
  return Array.isArray(rows) && rows.length === 1 && isObject(rows[0]) && rows[0]["index"] === 0;
}
