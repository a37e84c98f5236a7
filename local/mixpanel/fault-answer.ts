import { type Answer, htmlPage, partlyImported, rateExceeded, tooLarge } from "./answers.ts";
import type { DecidingEffect } from "./faults.ts";
import type { BatchResult } from "./import-batch.ts";

/** The reply of a fault that strikes before anything is stored; undefined when this one does not. */
export function answerWithoutStoring(
  effect: DecidingEffect | undefined,
  bytes: number,
): Answer | "reset" | "hang" | undefined {
  switch (effect?.kind) {
    case "resetBeforeStore":
      return "reset";
    case "hang":
      return "hang";
    case "status":
      return effect.stored === true ? undefined : statusAnswer(effect);
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

/** What a fault makes of the answer to a request whose events are stored. */
export function answerWithFault(
  effect: DecidingEffect | undefined,
  answer: Answer,
  { imported, failed }: BatchResult,
): Answer | "reset" {
  switch (effect?.kind) {
    case "resetAfterStore":
      return "reset";
    case "status":
      return statusAnswer(effect);
    case "wrongCount":
      return withCount(answer, Math.max(0, imported + effect.by));
    case "stringsInFailedRecords":
      return failed.length === 0 ? answer : partlyImported(imported, failed.map(messageOf));
    case "dropFailedRecords":
      return failed.length === 0 ? answer : partlyImported(imported, undefined);
    case "cutFailedRecords":
      return failed.length === 0 ? answer : partlyImported(imported, failed.slice(0, effect.keep));
    case "emptyBody":
      return { ...answer, status: 200, body: "" };
    case "htmlBody200":
      return htmlPage(200);
    case "cutBody":
      return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
    case "resetBeforeStore":
    case "hang":
    case "limitBytes":
    case "refuseBatch":
    case "loseEvents":
    case undefined:
      return answer;
  }
}

function statusAnswer(effect: Extract<DecidingEffect, { kind: "status" }>): Answer {
  const { status, retryAfter, body = status === 429 ? "json" : "html" } = effect;
  const page = status === 429 && body === "json" ? rateExceeded() : htmlPage(status);
  const answer: Answer = body === "html" ? htmlPage(status) : page;
  return {
    ...answer,
    ...(body === "empty" ? { body: "" } : {}),
    ...(body === "json" && status !== 429 ? jsonBody(status) : {}),
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
  };
}

const jsonBody = (status: number): Pick<Answer, "contentType" | "body"> => ({
  contentType: "application/json",
  body: JSON.stringify({ code: status, error: "simulated failure", status: "Error" }),
});

function refuseBatch({
  records = "strings",
  error = "some data points in the request failed validation",
}: Extract<DecidingEffect, { kind: "refuseBatch" }>): Answer {
  return partlyImported(0, records === "strings" ? [error] : undefined);
}

function withCount(answer: Answer, count: number): Answer {
  const body = answer.body.replace(/"num_records_imported":\d+/, `"num_records_imported":${count}`);
  return { ...answer, body };
}

function messageOf(failed: Readonly<Record<string, string | number>> | string): string {
  return typeof failed === "string" ? failed : String(failed["message"]);
}
