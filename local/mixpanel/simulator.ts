import type { IncomingMessage, ServerResponse } from "node:http";

import { listenOnLoopback, type LoopbackOptions } from "../http-server.ts";
import { methodNotAllowed, notFound } from "./responses.ts";
import { createClock } from "./clock.ts";
import { createControlEndpoint, isControlPath } from "./control-endpoint.ts";
import { createFaultSchedule } from "./fault-schedule.ts";
import type { Fault } from "./faults.ts";
import type { IdentityMode } from "./identity.ts";
import { endpointAt } from "./endpoint-name.ts";
import { createImportEndpoint } from "./import-endpoint.ts";
import { createTrackEndpoint } from "./track-endpoint.ts";
import {
  createLookupTableEndpoint,
  isLookupTablePath,
} from "./lookup-tables/lookup-table-endpoint.ts";
import { createProfileEndpoint } from "./profiles/profile-endpoint.ts";
import { createProject, type ProjectSettings, type Region } from "./project.ts";
import { DOCUMENTED_RATE, type RateLimits } from "./rate-limit.ts";
import { createRejectLog } from "./reject-log.ts";
import { createRequestLog } from "./request-log.ts";
import { createQueries, type Queries, type QueryParts } from "./queries.ts";
import { DEFAULT_SWITCHES, type Switches } from "./switches.ts";

/** The token of the simulator's project unless another is given; plainly none of Mixpanel's. */
export const DEFAULT_TOKEN = "local-project-token";

/** How a simulator is started. */
export interface SimulatorOptions extends LoopbackOptions {
  /** Token of the first project. @default DEFAULT_TOKEN */
  readonly token?: string;
  /** @default "simplified" */
  readonly identityMode?: IdentityMode;
  /** Replace the one project that `token` and `identityMode` describe. */
  readonly projects?: readonly [ProjectSettings, ...ProjectSettings[]];
  /** Whose host this is. @default "us" */
  readonly region?: Region;
  readonly switches?: Partial<Switches>;
  /** Of each project. @default the documented 30,000 events a second and 2 GB a minute */
  readonly rateLimit?: Partial<RateLimits> | "off";
  readonly faults?: readonly Fault[];
  /** Every response is later by so much. @default 0 */
  readonly latencyMs?: number;
  /**
   * Events of each project kept whole, the first ones. @default 100,000, and at most 256 MB of them
   */
  readonly keepEvents?: number;
  /**
   * Profiles of each project kept, the first ones; others are counted only. @default 100,000, and
   * at most what 256 MB of updates make
   */
  readonly keepProfiles?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** A running simulator; the same questions can be asked over HTTP, see `GET /local`. */
export interface Simulator extends Queries {
  /** `http://127.0.0.1:PORT` (or https): what `MIXPANEL_URL` has to be. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Ends all connections, also those left hanging. */
  readonly stop: () => Promise<void>;
}

const KEEP_BYTES = 256 * 1024 * 1024;

/**
 * Starts a stand-in for Mixpanel's ingestion on 127.0.0.1: `/import`, `/track`, `/engage` and
 * `/groups` with
 * their documented and observed rules, limits and responses (`rules.ts` and `profile-rules.ts` name
 * the evidence of each).
 *
 * Memory: 40 to 80 bytes an event for de-duplication and hot shards (800 MB at most, for 20 million
 * events), as many a profile, the events and profiles kept whole, the first 10,000 refused ones,
 * and the requests in flight (their bodies: three times the request limit each at most, and what is
 * parsed of them).
 *
 * @throws UserError when the port is in use.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = createClock(options.now ?? Date.now);
  const projects = projectsOf(options, clock.now);
  const parts = {
    clock,
    projects,
    faults: createFaultSchedule(options.faults),
    requests: createRequestLog(clock.now),
    rejects: createRejectLog(),
    updateRejects: createRejectLog(),
  };
  const queries = createQueries({
    ...parts,
    switches: { ...DEFAULT_SWITCHES, ...options.switches },
  });
  const endpoints = createEndpoints(parts, queries, options);
  const tables = createLookupTableEndpoint({
    ...parts,
    switches: queries.switches,
    region: options.region ?? "us",
  });
  const control = createControlEndpoint(queries);

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (isControlPath(pathname)) return control(request, response, pathname, searchParams);
    if (isLookupTablePath(pathname)) return tables(request, response, pathname, searchParams);
    const endpoint = endpointAt(pathname);
    const mayIngest =
      request.method === "POST" || (request.method === "GET" && searchParams.has("data"));
    if (endpoint !== undefined && mayIngest)
      return endpoints[endpoint](request, response, searchParams);
    request.resume();
    const reply =
      endpoint === undefined ? notFound(request.method ?? "", pathname) : methodNotAllowed();
    response.writeHead(reply.status, { "content-type": reply.contentType, ...reply.headers });
    response.end(reply.body);
  };

  const server = await listenOnLoopback(route, options);
  return {
    ...queries,
    url: server.url,
    port: server.port,
    stop: () => server.stop(),
    token: projects[0].settings.token,
  };
}

function createEndpoints(
  { updateRejects, ...parts }: Omit<QueryParts, "switches">,
  { switches }: Queries,
  { region = "us", latencyMs = 0 }: SimulatorOptions,
) {
  const shared = { ...parts, switches, region, latencyMs };
  const ofProfiles = { ...shared, rejects: updateRejects };
  return {
    import: createImportEndpoint(shared),
    track: createTrackEndpoint(shared),
    engage: createProfileEndpoint("engage", ofProfiles),
    groups: createProfileEndpoint("groups", ofProfiles),
  };
}

function projectsOf(options: SimulatorOptions, now: () => number) {
  const bounds = {
    keepEvents: options.keepEvents ?? 100_000,
    keepProfiles: options.keepProfiles ?? 100_000,
    keepBytes: KEEP_BYTES,
  };
  const rate =
    options.rateLimit === "off" ? undefined : { ...DOCUMENTED_RATE, ...options.rateLimit };
  const [first, ...others] = options.projects ?? [
    {
      id: "1",
      token: options.token ?? DEFAULT_TOKEN,
      identityMode: options.identityMode ?? "simplified",
    },
  ];
  const create = (settings: ProjectSettings) => createProject(settings, bounds, now, rate);
  return [create(first), ...others.map(create)] as const;
}
