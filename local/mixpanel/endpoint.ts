import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { type EndpointName, isEventEndpoint } from "./endpoint-name.ts";
import type { DecidingEffect } from "./faults.ts";
import type { FaultSchedule } from "./fault-schedule.ts";
import { type IncomingRequest, type ReadingOptions, receiveRequest } from "./incoming-request.ts";
import type { FinishedRequest, RequestLog } from "./request-log.ts";
import type { HttpResponse } from "./responses.ts";
import type { Switches } from "./switches.ts";

/** What every endpoint of Mixpanel's works with. */
export interface EndpointParts {
  readonly faults: FaultSchedule;
  readonly requests: RequestLog;
  readonly switches: () => Switches;
  /** Every response is later by so much, in milliseconds. */
  readonly latencyMs: number;
}

/** A response, or what happens instead of one. */
export type Reply = HttpResponse | "reset" | "hang";

/** What was decided about a request. */
export interface Decision {
  readonly reply: Reply;
  /** Records in it, events or updates; 0 when it was refused unread. */
  readonly records: number;
  readonly imported: number;
  readonly rejected: number;
}

/** An endpoint: how its bodies are read, and what it makes of a request. */
export interface Endpoint extends Omit<ReadingOptions, "maxBytes"> {
  readonly name: EndpointName;
  /** @param number of the request, from 1 */
  readonly decide: (
    incoming: IncomingRequest,
    effect: DecidingEffect | undefined,
    number: number,
  ) => Decision;
}

/** A decision about a request nothing of which was looked at. */
export function refusedUnread(reply: Reply): Decision {
  return { reply, records: 0, imported: 0, rejected: 0 };
}

/** Handles the requests to an endpoint: reads, counts, lets faults strike, responds. */
export function createEndpoint(parts: EndpointParts, { name, decide, ...reading }: Endpoint) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> => {
    const { number, finish } = parts.requests.start();
    const chooseFaults = parts.faults.next(name);
    let finished: FinishedRequest = { ...ABORTED, endpoint: name };
    try {
      const { maxRequestBytes: maxBytes } = parts.switches();
      const incoming = await receiveRequest(request, query, { maxBytes, ...reading });
      const { latencyMs, effect } = chooseFaults(incoming);
      const decision = decide(incoming, effect, number);
      finished = summarise(name, incoming, decision, effect);
      const waitMs = latencyMs + parts.latencyMs;
      if (waitMs > 0) await waitWhileConnected(response, waitMs);
      if (response.destroyed) finished = { ...finished, status: "aborted" };
      else send(request, response, decision.reply);
    } finally {
      finish(finished);
    }
  };
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

const ABORTED: Omit<FinishedRequest, "endpoint"> = {
  status: "aborted",
  events: 0,
  updates: 0,
  imported: 0,
  rejected: 0,
  bytes: 0,
  wireBytes: 0,
  userAgent: "",
  fault: "",
};

function summarise(
  endpoint: EndpointName,
  { bytes, wireBytes, userAgent }: IncomingRequest,
  { reply, records, imported, rejected }: Decision,
  effect: DecidingEffect | undefined,
): FinishedRequest {
  const ofEvents = isEventEndpoint(endpoint);
  return {
    endpoint,
    status: typeof reply === "string" ? reply : String(reply.status),
    events: ofEvents ? records : 0,
    updates: ofEvents ? 0 : records,
    imported,
    rejected,
    bytes,
    wireBytes,
    userAgent: userAgent.slice(0, 200),
    fault: effect?.kind ?? "",
  };
}
