import type { Connection } from "../../cli/stack/connect.ts";
import { RefusedError } from "../../cli/google/rest.ts";
import { createAccess } from "../../check/google-access.ts";
import { stackOf } from "../../cli/stack/stack.ts";
import { OUTPUTS_OF_LOCAL_CLOUD } from "../../local/run/running-cloud.ts";

/** An object as a listing shows it. */
export interface FakeObject {
  readonly name: string;
  readonly generation: string;
  readonly size?: string;
  readonly timeCreated?: string;
  readonly contentType?: string;
}

const NOWHERE = "http://127.0.0.1:9";

/**
 * A connection to buckets that only exist as lists of objects, all live, in pages of any size; it
 * publishes nothing.
 *
 * @param respond what other requests are answered with; undefined: 404
 */
export function connectionToLists(
  buckets: Readonly<Record<string, readonly FakeObject[]>>,
  pageSize = 1000,
  respond: (url: URL) => Readonly<Record<string, unknown>> | undefined = () => undefined,
): Connection {
  const services = { storageUrl: NOWHERE, pubsubUrl: NOWHERE, monitoringUrl: NOWHERE };
  const about = { title: "lists", origin: "Those of a test", local: services };
  const google = createAccess({ project: "local", local: services });
  const sorted = new Map(
    Object.entries(buckets).map(([bucket, objects]) => [bucket, objects.toSorted(byName)]),
  );
  const byNames = new Map(
    Object.entries(buckets).map(([bucket, objects]) => [
      bucket,
      new Map(objects.map((object) => [object.name, object])),
    ]),
  );
  const get = (what: string, text: string): Promise<Readonly<Record<string, unknown>>> => {
    const url = new URL(text);
    const [, bucket = "", name] = /\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    const objects = sorted.get(bucket);
    const found =
      objects === undefined
        ? respond(url)
        : name === undefined
          ? toPage(objects, url.searchParams, pageSize)
          : byNames.get(bucket)?.get(decodeURIComponent(name));
    if (found !== undefined) return Promise.resolve({ ...found });
    return Promise.reject(new RefusedError(`${what} was refused (404).`, 404));
  };
  return {
    ...{ google, monitoringUrl: NOWHERE, signal: new AbortController().signal },
    stack: stackOf(OUTPUTS_OF_LOCAL_CLOUD, about),
    rest: { get, post: get, now: Date.now },
    publish: () => Promise.resolve(),
  };
}

function byName(one: FakeObject, other: FakeObject): number {
  return Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));
}

function toPage(objects: readonly FakeObject[], query: URLSearchParams, pageSize: number) {
  const prefix = query.get("prefix") ?? "";
  const start = Number(query.get("pageToken") ?? "0");
  const matching = objects.filter(({ name }) => name.startsWith(prefix));
  const end = start + pageSize;
  return {
    items: matching.slice(start, end),
    ...(end < matching.length && { nextPageToken: String(end) }),
  };
}
