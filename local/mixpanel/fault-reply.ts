import type { Reply } from "./endpoint.ts";
import type { DecidingEffect } from "./faults.ts";
import { forbidden, type HttpResponse, htmlPage, rateExceeded, tooLarge } from "./responses.ts";

type RefuseBatch = Extract<DecidingEffect, { kind: "refuseBatch" }>;

/**
 * The reply of a fault that strikes before anything is stored; undefined when this one does not.
 *
 * @param refuseBatch the endpoint's own words
 */
export function replyWithoutStoring(
  effect: DecidingEffect | undefined,
  bytes: number,
  refuseBatch: (effect: RefuseBatch) => HttpResponse,
): Reply | undefined {
  if (effect?.kind === "resetBeforeStore") return "reset";
  if (effect?.kind === "hang") return "hang";
  if (effect?.kind === "status" && effect.stored !== true) return statusResponse(effect);
  if (effect?.kind === "limitBytes" && bytes > effect.bytes) return tooLarge(effect.bytes);
  if (effect?.kind === "refuseBatch") return refuseBatch(effect);
  return undefined;
}

/** What a fault makes of a response, whatever it says, once everything is stored. */
export function brokenReply(effect: DecidingEffect | undefined, response: HttpResponse): Reply {
  if (effect?.kind === "resetAfterStore") return "reset";
  if (effect?.kind === "status") return statusResponse(effect);
  if (effect?.kind === "emptyBody") return { ...response, status: 200, body: "" };
  if (effect?.kind === "htmlBody200") return htmlPage(200);
  if (effect?.kind === "cutBody")
    return { ...response, body: response.body.slice(0, response.body.length / 2) };
  return response;
}

function statusResponse(effect: Extract<DecidingEffect, { kind: "status" }>): HttpResponse {
  const { status, retryAfter, body = status === 429 ? "json" : "html" } = effect;
  const page = status === 429 && body === "json" ? rateExceeded() : htmlPage(status);
  const response: HttpResponse = body === "html" ? htmlPage(status) : page;
  return {
    ...response,
    ...(body === "empty" ? { body: "" } : {}),
    ...(body === "json" && status !== 429 ? jsonBody(status) : {}),
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
  };
}

const jsonBody = (status: number): Pick<HttpResponse, "contentType" | "body"> =>
  status === 403
    ? forbidden()
    : {
        contentType: "application/json",
        body: JSON.stringify({ code: status, error: "simulated failure", status: "Error" }),
      };
