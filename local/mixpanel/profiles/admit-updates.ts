import type { AdmissionParts } from "../admit-request.ts";
import { rateLimitResponse, refuseBody } from "../admit-request.ts";
import { isJsonObject } from "../../json.ts";
import type { IncomingRequest } from "../incoming-request.ts";
import { MAX_UPDATES_PER_REQUEST } from "../limits.ts";
import type { SentRecord } from "../parse-batch.ts";
import { admitByToken } from "../project-finder.ts";
import type { HttpResponse } from "../responses.ts";
import * as responses from "../responses.ts";
import { refusal, renderBody } from "./profile-response.ts";

/**
 * What is checked before any update is: how much, whether it can be read, and how often. The order
 * is inferred. Returns the response of a request that is refused as a whole.
 */
export function admitUpdates(
  { projects, region, switches }: AdmissionParts,
  incoming: IncomingRequest,
): HttpResponse | { readonly records: readonly SentRecord[] } {
  const { gzipUpdates, malformedUpdates, tooManyUpdates } = switches();
  const refuse = (error: string): HttpResponse => renderBody(refusal(error), incoming);
  if (incoming.encoding === "gzip" && gzipUpdates === 400)
    return responses.badRequest("content encoding gzip is not supported");
  const refused = refuseBody(incoming, switches());
  if (refused !== undefined) return refused;
  const records = incoming.batch();
  // The wording is the one that clients expect.
  if (incoming.bytes === 0 || records?.length === 0) return refuse("data, missing or empty");
  if (records === undefined) {
    const error = "request body is not a JSON array";
    return malformedUpdates === 400 ? responses.badRequest(error) : refuse(error);
  }
  if (records.length > MAX_UPDATES_PER_REQUEST)
    return tooManyUpdates === 413
      ? responses.tooMany(413, MAX_UPDATES_PER_REQUEST, "updates")
      : refuse(`request exceeds max limit of ${MAX_UPDATES_PER_REQUEST} updates`);
  const tokens = records.map(({ value }) => (isJsonObject(value) ? value["$token"] : undefined));
  return admitByToken(tokens, { projects, region }, incoming.bytes)
    ? { records }
    : rateLimitResponse(incoming);
}
