import * as responses from "./responses.ts";
import type { HttpResponse } from "./responses.ts";
import type { Clock } from "./clock.ts";
import { authenticate } from "./credentials.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { MAX_EVENTS_PER_REQUEST } from "./limits.ts";
import type { SentRecord } from "./parse-batch.ts";
import type { Project, Region } from "./project.ts";
import type { Switches } from "./switches.ts";

/** What a request is judged by. */
export interface AdmissionParts {
  readonly clock: Clock;
  readonly region: Region;
  readonly projects: readonly Project[];
  readonly switches: () => Switches;
}

/** A request whose events may be looked at. */
export interface AdmittedRequest {
  readonly project: Project;
  readonly records: readonly SentRecord[];
}

/**
 * What is checked before any event is: who sends, how much, how often, and whether it can be read.
 * The order is inferred. Returns the response of a request that is refused as a whole.
 */
export function admitRequest(
  parts: AdmissionParts,
  incoming: IncomingRequest,
): HttpResponse | AdmittedRequest {
  const project = authenticate(incoming, parts.projects, parts.region, parts.clock.now());
  if (project === undefined) return responses.unauthorized();
  const refused = refuseBody(incoming, parts.switches());
  if (refused !== undefined) return refused;
  if (!project.rate.hasRoom()) return rateLimitResponse(incoming);
  const records = readRecords(incoming, parts.switches());
  if ("status" in records) return records;
  if (!project.rate.admit(records.length, incoming.bytes)) return rateLimitResponse(incoming);
  return { project, records };
}

/** The response to a body that was too large or could not be inflated. */
export function refuseBody(
  { inflated }: IncomingRequest,
  { maxRequestBytes }: Switches,
): HttpResponse | undefined {
  switch (inflated.kind) {
    case "ok":
      return undefined;
    case "too-large":
      return responses.tooLarge(maxRequestBytes);
    case "corrupt":
      return responses.badRequest("request body is not valid gzip");
    case "unsupported":
      return responses.unsupportedEncoding(inflated.encoding);
  }
}

function readRecords(
  incoming: IncomingRequest,
  switches: Switches,
): HttpResponse | readonly SentRecord[] {
  const records = incoming.batch();
  if (records === undefined || records.every(({ isMalformed }) => isMalformed))
    return responses.badRequest(
      records?.length === 0 ? "request contains no events" : "request body is not valid JSON",
    );
  if (records.length > MAX_EVENTS_PER_REQUEST)
    return responses.tooMany(switches.tooManyEvents, MAX_EVENTS_PER_REQUEST, "events");
  const spoils = incoming.isStrict && switches.malformedLine === "request";
  if (spoils && records.some(({ isMalformed }) => isMalformed))
    return responses.badRequest("request body is not valid JSON");
  return records;
}

/** With `strict=1` in the words of /import, else in older ones. */
export const rateLimitResponse = ({ isStrict }: Pick<IncomingRequest, "isStrict">): HttpResponse =>
  isStrict ? responses.rateExceeded() : responses.rateExceededLenient();
