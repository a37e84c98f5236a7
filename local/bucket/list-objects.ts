import { invalidRequest } from "./bucket-error.ts";
import type { ObjectRecord } from "./object-record.ts";
import { readInteger } from "./preconditions.ts";

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list, `maxResults` */
const MAX_PAGE = 1000;

export interface ObjectPage {
  readonly items: readonly ObjectRecord[];
  readonly prefixes: readonly string[];
  readonly nextPageToken?: string;
}

/** The last entry of a page: an item's name and generation, or a prefix and 0. */
type Position = readonly [key: string, generation: number];

interface Entry {
  readonly position: Position;
  /** Absent for a prefix. */
  readonly record?: ObjectRecord;
}

/**
 * One page of a bucket's objects: `prefix`, `delimiter`, `includeTrailingDelimiter`, `startOffset`,
 * `endOffset`, `versions`, `maxResults` and `pageToken` of the query are followed. A page token
 * says behind which entry to go on, so objects may come and go between two pages.
 *
 * @param records in the order of their names, all generations
 * @throws BucketError 400 when a parameter is malformed
 */
export function listObjects(records: readonly ObjectRecord[], query: URLSearchParams): ObjectPage {
  const after = parsePageToken(query.get("pageToken"));
  const limit = Math.min(readInteger(query, "maxResults") ?? MAX_PAGE, MAX_PAGE) || MAX_PAGE;
  const entries = toEntries(records.filter(isWanted(query)), query);
  const first = after === undefined ? 0 : indexBehind(entries, after);
  const page = entries.slice(first, first + limit);
  const last = page.at(-1);
  const hasMore = first + limit < entries.length;
  return {
    items: page.flatMap((entry) => entry.record ?? []),
    prefixes: page.flatMap((entry) => (entry.record ? [] : entry.position[0])),
    ...(hasMore && last ? { nextPageToken: toPageToken(last.position) } : {}),
  };
}

function isWanted(query: URLSearchParams): (record: ObjectRecord) => boolean {
  const prefix = query.get("prefix") ?? "";
  const start = query.get("startOffset") ?? "";
  const end = query.get("endOffset") ?? "";
  const allVersions = query.get("versions")?.toLowerCase() === "true";
  return ({ name, timeDeleted }) =>
    name.startsWith(prefix) &&
    (start === "" || compareNames(name, start) >= 0) &&
    (end === "" || compareNames(name, end) < 0) &&
    (allVersions || timeDeleted === undefined);
}

/** What lies behind the delimiter is folded into one prefix. */
function toEntries(records: readonly ObjectRecord[], query: URLSearchParams): Entry[] {
  const delimiter = query.get("delimiter") ?? "";
  const prefixLength = (query.get("prefix") ?? "").length;
  const withTrailing = query.get("includeTrailingDelimiter")?.toLowerCase() === "true";
  const entries: Entry[] = [];
  let lastFolded: string | undefined;
  for (const record of records) {
    const { name, generation } = record;
    const end = delimiter === "" ? -1 : name.indexOf(delimiter, prefixLength);
    const folded = end < 0 ? undefined : name.slice(0, end + delimiter.length);
    if (folded !== undefined && folded !== lastFolded) entries.push({ position: [folded, 0] });
    lastFolded = folded ?? lastFolded;
    if (folded === undefined || (withTrailing && folded === name))
      entries.push({ position: [name, generation], record });
  }
  return entries;
}

function indexBehind(entries: readonly Entry[], [key, generation]: Position): number {
  const index = entries.findIndex(({ position }) => {
    const order = compareNames(position[0], key);
    return order > 0 || (order === 0 && position[1] > generation);
  });
  return index < 0 ? entries.length : index;
}

function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function toPageToken(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function parsePageToken(token: string | null): Position | undefined {
  if (token === null || token === "") return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(value)) return [String(value[0]), Number(value[1])];
  } catch {
    // Handled below, like any other text that is not one of ours.
  }
  throw invalidRequest(`Invalid page token: "${token}"`);
}
