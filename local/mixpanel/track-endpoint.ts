import { type AdmissionParts, rateLimitResponse, refuseBody } from "./admit-request.ts";
import { createEndpoint, type Decision, type EndpointParts, refusedUnread } from "./endpoint.ts";
import { brokenReply, replyWithoutStoring } from "./fault-reply.ts";
import type { DecidingEffect } from "./faults.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { MAX_EVENTS_PER_REQUEST } from "./limits.ts";
import { parseDocument, type SentRecord } from "./parse-batch.ts";
import { admitByToken, projectByToken } from "./project-finder.ts";
import type { RejectLog } from "./reject-log.ts";
import * as responses from "./responses.ts";
import type { HttpResponse } from "./responses.ts";
import { tokenOf, trackEvents } from "./track-batch.ts";

/** What /track works with. */
export interface TrackEndpointParts extends AdmissionParts, EndpointParts {
  readonly rejects: RejectLog;
}

/**
 * Handles `/track` (https://docs.mixpanel.com/reference/track-event), which Mixpanel's client
 * libraries send events to. There is no authentication: each event names its project by
 * `properties.token`, and one that names none vanishes
 * (https://github.com/mixpanel/mixpanel-node/issues/59).
 */
export function createTrackEndpoint(parts: TrackEndpointParts) {
  return createEndpoint(parts, {
    name: "track",
    parse: parseDocument,
    isStrictByDefault: false,
    decide: (incoming, effect, number) => decide(parts, incoming, effect, number),
  });
}

function decide(
  parts: TrackEndpointParts,
  incoming: IncomingRequest,
  effect: DecidingEffect | undefined,
  number: number,
): Decision {
  const { isVerbose } = incoming;
  const early = replyWithoutStoring(effect, incoming.bytes, ({ error = "event is invalid" }) =>
    responses.received(error, isVerbose),
  );
  if (early !== undefined) return refusedUnread(early);
  const admitted = admitEvents(parts, incoming);
  if ("status" in admitted) return refusedUnread(admitted);
  const { records } = admitted;
  const { valid, rejected, error } = trackEvents({
    records,
    projectOf: (token) => projectByToken(token, parts),
    nowMs: parts.clock.now(),
    switches: parts.switches(),
    address: incoming.ipParameter === "1" ? incoming.address : "",
    rejects: parts.rejects,
    request: number,
    loseEvent: effect?.kind === "loseEvents" ? effect.event : undefined,
  });
  const response = responses.received(valid > 0 ? null : (error ?? null), isVerbose);
  const imported = records.length - rejected;
  return { reply: brokenReply(effect, response), records: records.length, imported, rejected };
}

/** What is checked before any event is. The order is inferred. */
function admitEvents(
  parts: TrackEndpointParts,
  incoming: IncomingRequest,
): HttpResponse | { readonly records: readonly SentRecord[] } {
  const switches = parts.switches();
  const refused = refuseBody(incoming, switches);
  if (refused !== undefined) return refused;
  const records = incoming.batch();
  // The wording is the one that clients expect.
  if (records === undefined || records.length === 0)
    return responses.received("data, missing or empty", incoming.isVerbose);
  if (records.length > MAX_EVENTS_PER_REQUEST)
    return responses.tooMany(switches.tooManyEvents, MAX_EVENTS_PER_REQUEST, "events");
  return admitByToken(records.map(tokenOf), parts, incoming.bytes)
    ? { records }
    : rateLimitResponse({ isStrict: false });
}
