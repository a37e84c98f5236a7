import type { DecidingEffect } from "./faults.ts";
import type { BatchResult } from "./import-batch.ts";
import { type HttpResponse, partlyImported } from "./responses.ts";

/** What a fault makes of what /import says about a batch. */
export function importResponseWithFault(
  effect: DecidingEffect | undefined,
  response: HttpResponse,
  { imported, failed }: BatchResult,
): HttpResponse {
  if (effect?.kind === "wrongCount") return withCount(response, imported + effect.by);
  if (effect?.kind === "noCount")
    return { ...response, body: response.body.replace(/"num_records_imported":\d+,?/, "") };
  if (failed.length === 0) return response;
  if (effect?.kind === "stringsInFailedRecords")
    return partlyImported(imported, failed.map(messageOf));
  if (effect?.kind === "dropFailedRecords") return partlyImported(imported, undefined);
  if (effect?.kind === "cutFailedRecords")
    return partlyImported(imported, failed.slice(0, effect.keep));
  return response;
}

/** What the fault `refuseBatch` says. */
export function refusedImport({
  records = "strings",
  error = "some data points in the request failed validation",
}: Extract<DecidingEffect, { kind: "refuseBatch" }>): HttpResponse {
  return partlyImported(0, records === "strings" ? [error] : undefined);
}

function withCount(response: HttpResponse, count: number): HttpResponse {
  const body = response.body.replace(
    /"num_records_imported":\d+/,
    `"num_records_imported":${Math.max(0, count)}`,
  );
  return { ...response, body };
}

function messageOf(failed: Readonly<Record<string, string | number>> | string): string {
  return typeof failed === "string" ? failed : String(failed["message"]);
}
