import type { LoopbackServer } from "../http-server.ts";
import { listenOnLoopback, readBody, sendJson } from "../http-server.ts";
import { isJsonObject, parseJson } from "../json.ts";
import type { LogEntry } from "./object-log.ts";

/**
 * As much of Cloud Monitoring as tells the backlog of a subscription
 * (https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list): one point of
 * now for each subscription that a filter names; and as much of Cloud Logging as finds what was
 * said of objects (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list).
 *
 * @param backlogOf messages of a subscription (`projects/P/subscriptions/S`) that are not
 *   acknowledged; undefined: there is no such subscription, or nobody knows
 * @param findEntries those that a filter means, newest first
 * @throws UserError when no port can be used
 */
export function startMonitoring(
  backlogOf: (subscription: string) => number | undefined,
  findEntries: (filter: string) => readonly LogEntry[] = () => [],
): Promise<LoopbackServer> {
  return listenOnLoopback(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/v2/entries:list" && request.method === "POST") {
      const filter = filterIn((await readBody(request)).toString());
      sendJson(response, 200, { entries: findEntries(filter) });
      return;
    }
    request.resume();
    const [, project] = /^\/v3\/(projects\/[^/]+)\/timeSeries$/.exec(pathname) ?? [];
    if (project === undefined || request.method !== "GET") {
      const message = "Only GET /v3/projects/P/timeSeries and POST /v2/entries:list are there.";
      sendJson(response, 404, { error: { code: 404, message, status: "NOT_FOUND" } });
      return;
    }
    const filter = searchParams.get("filter") ?? "";
    const isBacklog = /metric\.type\s*=\s*"[^"]*\/num_undelivered_messages"/.test(filter);
    const timeSeries = isBacklog
      ? subscriptionsIn(filter).flatMap((id) => {
          const messages = backlogOf(`${project}/subscriptions/${id}`);
          return messages === undefined ? [] : [toSeries(id, messages)];
        })
      : [];
    sendJson(response, 200, { timeSeries });
  });
}

/** `resource.labels.subscription_id = "a"`, or `= one_of("a", "b")`. */
function subscriptionsIn(filter: string): readonly string[] {
  const [, list = ""] = /subscription_id"?\s*=\s*((?:one_of\([^)]*\))|"[^"]*")/.exec(filter) ?? [];
  return [...list.matchAll(/"([^"]*)"/g)].map(([, id = ""]) => id);
}

function toSeries(id: string, messages: number): object {
  const now = new Date().toISOString();
  return {
    metric: { type: "pubsub.googleapis.com/subscription/num_undelivered_messages" },
    resource: { type: "pubsub_subscription", labels: { subscription_id: id } },
    metricKind: "GAUGE",
    valueType: "INT64",
    points: [{ interval: { startTime: now, endTime: now }, value: { int64Value: `${messages}` } }],
  };
}

function filterIn(body: string): string {
  const query = parseJson(body, () => new Error("The request is no JSON."));
  const filter = isJsonObject(query) ? query["filter"] : undefined;
  return typeof filter === "string" ? filter : "";
}
