import type { AdmissionParts } from "../admit-request.ts";
import { createEndpoint, type Decision, type EndpointParts, refusedUnread } from "../endpoint.ts";
import { brokenReply, replyWithoutStoring } from "../fault-reply.ts";
import type { DecidingEffect } from "../faults.ts";
import type { IncomingRequest } from "../incoming-request.ts";
import { parseArray } from "../parse-batch.ts";
import { projectByToken } from "../project-finder.ts";
import type { RejectLog } from "../reject-log.ts";
import { admitUpdates } from "./admit-updates.ts";
import { bodyOf, bodyWithFault, refusedBatch, renderBody } from "./profile-response.ts";
import { applyUpdates } from "./update-batch.ts";

/** What /engage and /groups work with. */
export interface ProfileEndpointParts extends AdmissionParts, EndpointParts {
  readonly rejects: RejectLog;
}

/**
 * Handles `/engage` (https://docs.mixpanel.com/reference/profile-batch-update) and `/groups`
 * (https://docs.mixpanel.com/reference/group-batch-update). There is no authentication: each update
 * names its project by `$token`, and one that names none vanishes, as observed.
 */
export function createProfileEndpoint(name: "engage" | "groups", parts: ProfileEndpointParts) {
  return createEndpoint(parts, {
    name,
    // Lines of JSON are not documented for profiles, nor is an object that is in no array.
    parse: parseArray,
    isStrictByDefault: false,
    decide: (incoming, effect, number) => decide(name, parts, incoming, effect, number),
  });
}

function decide(
  name: "engage" | "groups",
  parts: ProfileEndpointParts,
  incoming: IncomingRequest,
  effect: DecidingEffect | undefined,
  number: number,
): Decision {
  const early = replyWithoutStoring(effect, incoming.bytes, (batch) =>
    renderBody(refusedBatch(batch), incoming),
  );
  if (early !== undefined) return refusedUnread(early);
  const admitted = admitUpdates(parts, incoming);
  if ("status" in admitted) return refusedUnread(admitted);
  const { records } = admitted;
  const switches = parts.switches();
  const result = applyUpdates({
    records,
    kind: name === "engage" ? "user" : "group",
    projectOf: (token) => projectByToken(token, parts),
    switches,
    nowMs: parts.clock.now(),
    locatedBy: incoming.ipParameter === "0" ? undefined : incoming.address,
    bytes: incoming.bytes,
    rejects: parts.rejects,
    request: number,
    effect,
  });
  const body = bodyWithFault(effect, bodyOf(result, switches, incoming));
  return {
    reply: brokenReply(effect, renderBody(body, incoming)),
    records: records.length,
    imported: result.good,
    rejected: result.rejected,
  };
}
