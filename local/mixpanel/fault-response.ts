import {
  type HttpResponse,
  htmlPage,
  partlyImported,
  rateExceeded,
  tooLarge,
} from "./responses.ts";
import type { DecidingEffect } from "./faults.ts";
import type { BatchResult } from "./import-batch.ts";

/**
 * The reply of a fault that strikes before anything is stored; undefined when this one does not.
 */
export function responseWithoutStoring(
  effect: DecidingEffect | undefined,
  bytes: number,
): HttpResponse | "reset" | "hang" | undefined {
  switch (effect?.kind) {
    case "resetBeforeStore":
      return "reset";
    case "hang":
      return "hang";
    case "status":
      return effect.stored === true ? undefined : statusResponse(effect);
    case "limitBytes":
      return bytes > effect.bytes ? tooLarge(effect.bytes) : undefined;
    case "refuseBatch":
      return refuseBatch(effect);
    case "resetAfterStore":
    case "wrongCount":
    case "loseEvents":
    case "stringsInFailedRecords":
    case "dropFailedRecords":
    case "cutFailedRecords":
    case "emptyBody":
    case "htmlBody200":
    case "cutBody":
    case undefined:
      return undefined;
  }
}

/** What a fault makes of the response to a request whose events are stored. */
export function responseWithFault(
  effect: DecidingEffect | undefined,
  response: HttpResponse,
  { imported, failed }: BatchResult,
): HttpResponse | "reset" {
  switch (effect?.kind) {
    case "resetAfterStore":
      return "reset";
    case "status":
      return statusResponse(effect);
    case "wrongCount":
      return withCount(response, Math.max(0, imported + effect.by));
    case "stringsInFailedRecords":
      return failed.length === 0 ? response : partlyImported(imported, failed.map(messageOf));
    case "dropFailedRecords":
      return failed.length === 0 ? response : partlyImported(imported, undefined);
    case "cutFailedRecords":
      return failed.length === 0
        ? response
        : partlyImported(imported, failed.slice(0, effect.keep));
    case "emptyBody":
      return { ...response, status: 200, body: "" };
    case "htmlBody200":
      return htmlPage(200);
    case "cutBody":
      return { ...response, body: response.body.slice(0, response.body.length / 2) };
    case "resetBeforeStore":
    case "hang":
    case "limitBytes":
    case "refuseBatch":
    case "loseEvents":
    case undefined:
      return response;
  }
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

const jsonBody = (status: number): Pick<HttpResponse, "contentType" | "body"> => ({
  contentType: "application/json",
  body: JSON.stringify({ code: status, error: "simulated failure", status: "Error" }),
});

function refuseBatch({
  records = "strings",
  error = "some data points in the request failed validation",
}: Extract<DecidingEffect, { kind: "refuseBatch" }>): HttpResponse {
  return partlyImported(0, records === "strings" ? [error] : undefined);
}

function withCount(response: HttpResponse, count: number): HttpResponse {
  const body = response.body.replace(
    /"num_records_imported":\d+/,
    `"num_records_imported":${count}`,
  );
  return { ...response, body };
}

function messageOf(failed: Readonly<Record<string, string | number>> | string): string {
  return typeof failed === "string" ? failed : String(failed["message"]);
}
