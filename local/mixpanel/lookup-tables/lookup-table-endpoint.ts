import type { IncomingMessage, ServerResponse } from "node:http";

import type { AdmissionParts } from "../admit-request.ts";
import { authenticate } from "../credentials.ts";
import { inflateBody, readWireBody } from "../inflate-body.ts";
import { MAX_FAILED_ROWS } from "../limits.ts";
import type { Project } from "../project.ts";
import type { HttpResponse } from "../responses.ts";
import * as responses from "../responses.ts";

/** Whether a path is one of lookup tables. */
export function isLookupTablePath(path: string): boolean {
  return path === "/lookup-tables" || path.startsWith("/lookup-tables/");
}

/**
 * Handles `GET /lookup-tables` and `PUT /lookup-tables/ID`
 * (https://docs.mixpanel.com/reference/replace-lookup-table). Faults do not strike here, and
 * requests are not logged.
 */
export function createLookupTableEndpoint(parts: AdmissionParts) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> => {
    const { maxTableBytes } = parts.switches();
    const wire = await readWireBody(request, maxTableBytes);
    const encoding = (request.headers["content-encoding"] ?? "").toLowerCase();
    const body = wire.isTooLarge
      ? ({ kind: "too-large" } as const)
      : await inflateBody(wire.body, encoding, maxTableBytes);
    const credentials = {
      authorization: request.headers.authorization,
      projectId: query.get("project_id"),
    };
    const project = authenticate(credentials, parts.projects, parts.region, parts.clock.now());
    const reply = ((): HttpResponse => {
      if (project === undefined) return responses.unauthorized();
      if (request.method === "GET" && path === "/lookup-tables") return listTables(project);
      if (request.method !== "PUT") return responses.notFound(request.method ?? "", path);
      if (!project.tables.admit()) return responses.rateExceeded();
      if (body.kind === "too-large") return responses.tooLarge(maxTableBytes);
      if (body.kind !== "ok") return responses.badRequest("request body cannot be inflated");
      return replaceTable(project, path.slice("/lookup-tables/".length), body.body);
    })();
    response.writeHead(reply.status, { "content-type": reply.contentType, ...reply.headers });
    response.end(reply.body);
  };
}

/** `null` where there are none (observed: https://github.com/NangoHQ/integration-templates). */
function listTables({ tables }: Project): HttpResponse {
  const results = tables.list().map(({ id, name }) => ({ id, name }));
  return responses.ok({ results: results.length === 0 ? null : results });
}

function replaceTable({ tables }: Project, id: string, csv: Buffer): HttpResponse {
  const failed = tables.replace(id, csv.toString("utf8"));
  if (failed === "unknown") return responses.tableNotFound(id);
  return failed.length === 0
    ? responses.ok({})
    : responses.tableRefused(failed.slice(0, MAX_FAILED_ROWS));
}
