import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

import { readBody, sendJson } from "../http-server.ts";
import { parseJson } from "../json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import {
  parseClockChange,
  parseFaultChange,
  parseRateLimit,
  parseSwitches,
} from "./control-input.ts";
import { stringifyExactly } from "./exact-json.ts";
import type { Queries } from "./queries.ts";

/** What can be asked and told over HTTP, for people and for tests in other processes. */
const PATHS = {
  "GET /local": "this list",
  "GET /local/stats": "requests by status, events, bytes, per second and minute; ?project=ID",
  "GET /local/counts": "events by name and day, stored and after de-duplication; ?project=ID",
  "GET /local/rejects":
    "why events were refused, with the evidence of each rule, and the first 10,000",
  "GET /local/requests": "the last 1,000 requests",
  "GET /local/export":
    "the events kept, as lines of JSON; ?project=ID, ?endpoint=track, ?distinct=1 without duplicates",
  "GET /local/profiles": "the users there are now, as lines of JSON; ?project=ID, ?id=DISTINCT_ID",
  "GET /local/groups": "the groups, likewise; ?project=ID, ?id=GROUP_ID",
  "GET /local/lookup-tables": "the lookup tables, with their number of rows; ?project=ID",
  "GET /local/faults": "the faults in force",
  "POST /local/faults":
    '[{"kind":"status","status":503,"match":{"nth":2}}], or {"faults":[...],"seed":1}',
  "GET /local/switches": "behaviours that Mixpanel's documents leave open, as they are now",
  "POST /local/switches": '{"malformedLine":"record"}',
  "POST /local/rate-limit": '{"eventsPerSecond":30000,"bytesPerMinute":2000000000}, or "off"',
  "GET /local/clock": "the simulator's time",
  "POST /local/clock": '{"now":1700000000000,"frozen":true} or {"advanceMs":60000}',
  "POST /local/clear": "forgets events, profiles, rejects, requests and rates",
} as const;

const MAX_BODY_BYTES = 1024 * 1024;

export function isControlPath(path: string): boolean {
  return path === "/local" || path.startsWith("/local/");
}

/**
 * Handles everything under /local; a request that cannot be understood gets 400 and what is wrong
 * with it.
 */
export function createControlEndpoint(queries: Queries) {
  const asked: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    "/local": () => PATHS,
    "/local/stats": (query) => queries.stats(query.get("project") ?? undefined),
    "/local/counts": (query) => queries.counts(query.get("project") ?? undefined),
    "/local/rejects": () => queries.rejects(),
    "/local/requests": () => queries.requests(),
    "/local/lookup-tables": (query) => queries.lookupTables(query.get("project") ?? undefined),
    "/local/faults": () => queries.faults(),
    "/local/switches": () => queries.switches(),
    "/local/clock": () => ({ now: queries.clock.now() }),
  };
  const told: Readonly<Record<string, (body: unknown) => unknown>> = {
    "/local/faults": (body) => {
      const { faults, seed } = parseFaultChange(body);
      queries.setFaults(faults, seed);
      return queries.faults();
    },
    "/local/switches": (body) => {
      queries.setSwitches(parseSwitches(body));
      return queries.switches();
    },
    "/local/rate-limit": (body) => {
      queries.setRateLimit(parseRateLimit(body));
      return { ok: true };
    },
    "/local/clock": (body) => {
      parseClockChange(body)(queries.clock);
      return { now: queries.clock.now() };
    },
    "/local/clear": () => {
      queries.clear();
      return { ok: true };
    },
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> => {
    const dump = request.method === "GET" ? dumpOf(queries, path, query) : undefined;
    if (dump !== undefined) return sendLines(dump, response);
    const body = await readBody(request, MAX_BODY_BYTES);
    try {
      if (request.method === "GET" && asked[path] !== undefined)
        sendJson(response, 200, asked[path](query));
      else if (request.method === "POST" && told[path] !== undefined)
        sendJson(response, 200, told[path](parseBody(body)));
      else
        sendJson(response, 404, {
          error: `There is no ${request.method ?? ""} ${path}.`,
          paths: PATHS,
        });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      sendJson(response, 400, { error: error.message });
    }
  };
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  return parseJson(body.toString("utf8"), () => new UserError("The body is not valid JSON."));
}

/** What a dump has a line for; undefined when the path is not one of a dump. */
function dumpOf(
  queries: Queries,
  path: string,
  query: URLSearchParams,
): Iterable<unknown> | undefined {
  const [project, id, endpoint] = [query.get("project"), query.get("id"), query.get("endpoint")];
  const filter = {
    ...(project === null ? {} : { projectId: project }),
    ...(id === null ? {} : { id }),
  };
  switch (path) {
    case "/local/export":
      return queries.events({
        ...filter,
        ...(endpoint === "import" || endpoint === "track" ? { endpoint } : {}),
        distinct: query.get("distinct") === "1",
      });
    case "/local/profiles":
      return queries.profiles(filter);
    case "/local/groups":
      return queries.profiles({ ...filter, kind: "group" });
    default:
      return undefined;
  }
}

/** Line by line, so that a large dump is never in memory whole. */
async function sendLines(records: Iterable<unknown>, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  await pipeline(Readable.from(linesOf(records)), response);
}

function* linesOf(records: Iterable<unknown>): Iterable<string> {
  for (const record of records) yield `${stringifyExactly(record)}\n`;
}
