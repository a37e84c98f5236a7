import { type AdmissionParts, admitRequest } from "./admit-request.ts";
import { createEndpoint, type Decision, type EndpointParts, refusedUnread } from "./endpoint.ts";
import * as responses from "./responses.ts";
import type { HttpResponse } from "./responses.ts";
import { brokenReply, replyWithoutStoring } from "./fault-reply.ts";
import type { DecidingEffect } from "./faults.ts";
import { type BatchResult, importLeniently, importStrictly } from "./import-batch.ts";
import { importResponseWithFault, refusedImport } from "./import-fault.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { parseBatch } from "./parse-batch.ts";
import type { RejectLog } from "./reject-log.ts";

/** What /import works with. */
export interface ImportEndpointParts extends AdmissionParts, EndpointParts {
  readonly rejects: RejectLog;
}

/**
 * Handles `POST /import` (https://docs.mixpanel.com/reference/import-events), and the GET of
 * Mixpanel's older libraries.
 */
export function createImportEndpoint(parts: ImportEndpointParts) {
  return createEndpoint(parts, {
    name: "import",
    parse: parseBatch,
    isStrictByDefault: true,
    decide: (incoming, effect, number) => decide(parts, incoming, effect, number),
  });
}

function decide(
  parts: ImportEndpointParts,
  incoming: IncomingRequest,
  effect: DecidingEffect | undefined,
  number: number,
): Decision {
  const early = replyWithoutStoring(effect, incoming.bytes, refusedImport);
  if (early !== undefined) return refusedUnread(early);
  const checked = admitRequest(parts, incoming);
  if ("status" in checked) return refusedUnread(checked);
  const { project, records } = checked;
  const batch = {
    records,
    project,
    context: {
      nowMs: parts.clock.now(),
      identityMode: project.identityMode,
      address: incoming.address,
      switches: parts.switches(),
    },
    locatedBy: incoming.ipParameter === "0" ? undefined : incoming.address,
    rejects: parts.rejects,
    request: number,
    loseEvent: effect?.kind === "loseEvents" ? effect.event : undefined,
  };
  const result = incoming.isStrict ? importStrictly(batch) : importLeniently(batch);
  const response = importResponseWithFault(effect, responseFor(incoming, result), result);
  const { imported, rejected } = result;
  return { reply: brokenReply(effect, response), records: records.length, imported, rejected };
}

function responseFor(
  { isStrict, isForm, isVerbose }: IncomingRequest,
  result: BatchResult,
): HttpResponse {
  const { imported, failed } = result;
  if (!isStrict)
    return isForm ? responses.received(null, isVerbose) : responses.leniently(imported, isVerbose);
  return failed.length === 0
    ? responses.imported(imported)
    : responses.partlyImported(imported, failed);
}
