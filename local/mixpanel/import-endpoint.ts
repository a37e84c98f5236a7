import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { type AdmissionParts, admitRequest } from "./admit-request.ts";
import * as responses from "./responses.ts";
import type { HttpResponse } from "./responses.ts";
import { responseWithFault, responseWithoutStoring } from "./fault-response.ts";
import type { DecidingEffect, FaultSchedule } from "./faults.ts";
import { type BatchResult, importLeniently, importStrictly } from "./import-batch.ts";
import { type IncomingRequest, receiveRequest } from "./incoming-request.ts";
import type { RejectLog } from "./reject-log.ts";
import type { FinishedRequest, RequestLog } from "./request-log.ts";

/** What /import works with. */
export interface ImportEndpointParts extends AdmissionParts {
  readonly faults: FaultSchedule;
  readonly requests: RequestLog;
  readonly rejects: RejectLog;
  /** Every response is later by so much, in milliseconds. */
  readonly latencyMs: number;
}

/** A response, or what happens instead of one. */
export type Reply = HttpResponse | "reset" | "hang";

/** What was decided about a request. */
interface Decision {
  readonly reply: Reply;
  readonly events: number;
  readonly result: BatchResult;
}

const NO_RESULT: BatchResult = { imported: 0, rejected: 0, failed: [] };

/**
 * Handles `POST /import` (https://docs.mixpanel.com/reference/import-events), and the GET of
 * Mixpanel's older libraries.
 */
export function createImportEndpoint(parts: ImportEndpointParts) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> => {
    const { number, finish } = parts.requests.start();
    const chooseFaults = parts.faults.next();
    let finished: FinishedRequest = ABORTED;
    try {
      const incoming = await receiveRequest(request, query, parts.switches().maxRequestBytes);
      const { latencyMs, effect } = chooseFaults(incoming.eventNames);
      const decision = decide(parts, incoming, effect, number);
      finished = summarise(incoming, decision, effect);
      const waitMs = latencyMs + parts.latencyMs;
      if (waitMs > 0) await waitWhileConnected(response, waitMs);
      if (response.destroyed) finished = { ...finished, status: "aborted" };
      else send(request, response, decision.reply);
    } finally {
      finish(finished);
    }
  };
}

function decide(
  parts: ImportEndpointParts,
  incoming: IncomingRequest,
  effect: DecidingEffect | undefined,
  number: number,
): Decision {
  const early = responseWithoutStoring(effect, incoming.bytes);
  if (early !== undefined) return { reply: early, events: 0, result: NO_RESULT };
  const checked = admitRequest(parts, incoming);
  if ("status" in checked) return { reply: checked, events: 0, result: NO_RESULT };
  const { project, records } = checked;
  const events = records.length;
  const batch = {
    records,
    project,
    context: {
      nowMs: parts.clock.now(),
      identityMode: project.identityMode,
      address: incoming.address,
      switches: parts.switches(),
    },
    locatedBy: incoming.isLocated ? incoming.address : undefined,
    rejects: parts.rejects,
    request: number,
    loseEvent: effect?.kind === "loseEvents" ? effect.event : undefined,
  };
  const result = incoming.isStrict ? importStrictly(batch) : importLeniently(batch);
  const response = responseFor(incoming, result);
  return { reply: responseWithFault(effect, response, result), events, result };
}

function responseFor(
  { isStrict, isForm, isVerbose }: IncomingRequest,
  result: BatchResult,
): HttpResponse {
  const { imported, failed } = result;
  if (!isStrict)
    return isForm ? responses.formAccepted(isVerbose) : responses.leniently(imported, isVerbose);
  return failed.length === 0
    ? responses.imported(imported)
    : responses.partlyImported(imported, failed);
}

/** Unreferenced, so that a slow response does not keep the process of a stopped simulator alive. */
async function waitWhileConnected(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
  };
  response.once("close", leave);
  await delay(ms, undefined, { ref: false, signal: gone.signal }).catch(() => undefined);
  response.off("close", leave);
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (reply === "hang") return;
  if (reply === "reset") {
    // A TLS socket cannot send a reset of its own; closing without a response looks the same to
    // HTTP.
    if ("encrypted" in request.socket) request.socket.destroy();
    else request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "content-length": Buffer.byteLength(reply.body),
    ...reply.headers,
  });
  response.end(reply.body);
}

const ABORTED: FinishedRequest = {
  status: "aborted",
  events: 0,
  imported: 0,
  rejected: 0,
  bytes: 0,
  wireBytes: 0,
  userAgent: "",
  fault: "",
};

function summarise(
  { bytes, wireBytes, userAgent }: IncomingRequest,
  { reply, events, result }: Decision,
  effect: DecidingEffect | undefined,
): FinishedRequest {
  return {
    status: typeof reply === "string" ? reply : String(reply.status),
    events,
    imported: result.imported,
    rejected: result.rejected,
    bytes,
    wireBytes,
    userAgent: userAgent.slice(0, 200),
    fault: effect?.kind ?? "",
  };
}
