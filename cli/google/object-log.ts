import { isObject } from "../../functions/platform/json.ts";
import type { Connection } from "../stack/connect.ts";

/** A line that importObject logged about an object. */
export interface ObjectLogLine {
  /** RFC 3339 */
  readonly timestamp: string;
  readonly message: string;
  readonly bucket: string;
  readonly object: string;
  readonly generation: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ObjectLogQuery {
  readonly messages: readonly string[];
  /** @default every object */
  readonly object?: { readonly bucket: string; readonly name: string };
  /** RFC 3339 */
  readonly since: string;
  readonly maxLines: number;
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list: up to 1,000. */
const PAGE_SIZE = 1000;
/** A page may be empty and yet not the last: scanning a long time takes several. */
const MAX_PAGES = 10;

/**
 * What importObject logged, newest first: Cloud Logging has it some seconds after it happened, and
 * keeps it for 30 days.
 *
 * @throws RefusedError (403 without `roles/logging.viewer`), UnavailableError
 */
export async function readObjectLog(
  { stack, rest, monitoringUrl }: Connection,
  query: ObjectLogQuery,
): Promise<readonly ObjectLogLine[]> {
  // A local cloud has both in one place.
  const base = stack.local === undefined ? "https://logging.googleapis.com" : monitoringUrl;
  const lines: ObjectLogLine[] = [];
  let pageToken = "";
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await rest.post("reading the log", `${base}/v2/entries:list`, {
      resourceNames: [`projects/${stack.project}`],
      filter: filterOf(stack.importObjectFunction, query),
      orderBy: "timestamp desc",
      pageSize: Math.min(query.maxLines, PAGE_SIZE),
      ...(pageToken !== "" && { pageToken }),
    });
    const { entries, nextPageToken } = page;
    lines.push(...(Array.isArray(entries) ? entries : []).flatMap(readEntry));
    pageToken = typeof nextPageToken === "string" ? nextPageToken : "";
    if (pageToken === "" || lines.length >= query.maxLines) break;
  }
  return lines.slice(0, query.maxLines);
}

/** https://cloud.google.com/logging/docs/view/logging-query-language */
function filterOf(service: string, { messages, object, since }: ObjectLogQuery): string {
  const anyOf = messages.map((message) => JSON.stringify(message)).join(" OR ");
  return [
    'resource.type="cloud_run_revision"',
    ...(service === "" ? [] : [`resource.labels.service_name=${JSON.stringify(service)}`]),
    `jsonPayload.message=(${anyOf})`,
    ...(object === undefined
      ? []
      : [
          `jsonPayload.bucket=${JSON.stringify(object.bucket)}`,
          `jsonPayload.object=${JSON.stringify(object.name)}`,
        ]),
    `timestamp>=${JSON.stringify(since)}`,
  ].join(" AND ");
}

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
function readEntry(entry: unknown): ObjectLogLine[] {
  if (!isObject(entry) || !isObject(entry["jsonPayload"])) return [];
  const { timestamp } = entry;
  const fields = entry["jsonPayload"];
  const { message, bucket, object, generation } = fields;
  if (typeof timestamp !== "string" || typeof message !== "string") return [];
  if (typeof bucket !== "string" || typeof object !== "string") return [];
  return [{ timestamp, message, bucket, object, generation: String(generation), fields }];
}
