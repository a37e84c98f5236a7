import { isObject } from "../../functions/platform/json.ts";
import { UnavailableError } from "../../functions/platform/errors.ts";
import type { Connection } from "../stack/connect.ts";
import { RefusedError } from "./rest.ts";

/** An object in a listing. */
export interface ListedObject {
  readonly name: string;
  readonly generation: string;
  /** Stored bytes. */
  readonly size: number;
  /** RFC 3339: when this generation was written. */
  readonly timeCreated: string;
  readonly contentType: string | undefined;
  /** RFC 3339: when it was replaced or deleted, of a generation that is not live. */
  readonly timeDeleted: string | undefined;
}

export interface ListOptions {
  /** @default "", all */
  readonly prefix?: string;
  /** Names before this one are left out. */
  readonly startOffset?: string;
  /** Generations that are not live, too. @default false */
  readonly versions?: boolean;
  /** Names that have it behind the prefix are left out. */
  readonly delimiter?: string;
}

const FIELDS =
  "nextPageToken,items(name,generation,size,timeCreated,contentType,timeDeleted)" as const;

/**
 * The objects of a bucket, in the order of their names (of UTF-8), a page of up to 1,000 at a time:
 * buckets may have millions (https://cloud.google.com/storage/docs/json_api/v1/objects/list).
 *
 * @throws RefusedError, UnavailableError
 */
export async function* listObjects(
  { google, rest }: Pick<Connection, "google" | "rest">,
  bucket: string,
  options: ListOptions = {},
): AsyncGenerator<readonly ListedObject[]> {
  const { prefix = "", startOffset = "", versions = false, delimiter = "" } = options;
  const base = `${google.storageUrl}/b/${encodeURIComponent(bucket)}/o`;
  const what = `listing gs://${bucket}/${prefix}`;
  let pageToken = "";
  do {
    const query = new URLSearchParams({
      maxResults: "1000",
      fields: FIELDS,
      ...(prefix !== "" && { prefix }),
      ...(startOffset !== "" && { startOffset }),
      ...(versions && { versions: "true" }),
      ...(delimiter !== "" && { delimiter }),
      ...(pageToken !== "" && { pageToken }),
    });
    const page = await rest.get(what, `${base}?${query.toString()}`);
    const items: unknown = page["items"] ?? [];
    if (!Array.isArray(items)) throw new UnavailableError(`${what}: no list of objects`);
    yield items.map((item: unknown) => readObject(item, what));
    const { nextPageToken } = page;
    pageToken = typeof nextPageToken === "string" ? nextPageToken : "";
  } while (pageToken !== "");
}

/**
 * One object, or undefined when there is none.
 *
 * @param generation @default the live one
 * @throws RefusedError, UnavailableError
 */
export async function findObject(
  { google, rest }: Pick<Connection, "google" | "rest">,
  bucket: string,
  name: string,
  generation?: string,
): Promise<ListedObject | undefined> {
  // No object has such a name, and no URL: `.` would mean the bucket, and half a character nothing
  // (https://cloud.google.com/storage/docs/objects#naming).
  if (name === "." || name === ".." || !`${bucket}${name}`.isWellFormed()) return undefined;
  const what = `looking up gs://${bucket}/${name}`;
  const place = `b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  const query = generation === undefined ? "" : `?generation=${generation}`;
  try {
    return readObject(await rest.get(what, `${google.storageUrl}/${place}${query}`), what);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * An object that holds JSON, whole.
 *
 * @throws RefusedError with status 404 when there is none; NotJsonError when it holds something
 *   else; UnavailableError
 */
export function readJsonObject(
  { google, rest }: Pick<Connection, "google" | "rest">,
  bucket: string,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const place = `b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  return rest.get(`reading gs://${bucket}/${name}`, `${google.storageUrl}/${place}?alt=media`);
}

function readObject(item: unknown, what: string): ListedObject {
  const { name, generation, size, timeCreated, contentType, timeDeleted } = isObject(item)
    ? item
    : {};
  const isListed = typeof name === "string" && /^\d+$/.test(String(generation));
  if (!isListed) throw new UnavailableError(`${what}: an entry without a name or a generation`);
  return {
    name,
    generation: String(generation),
    size: Number(size),
    timeCreated: String(timeCreated),
    contentType: typeof contentType === "string" ? contentType : undefined,
    timeDeleted: typeof timeDeleted === "string" ? timeDeleted : undefined,
  };
}
