import type { IncomingMessage } from "node:http";

/** What a request to Pub/Sub's REST interface is for. */
export interface RestTarget {
  /** HTTP method, collection, and the custom verb after the colon or `list`. */
  readonly method: string;
  /** Full name of the resource, or of the project whose resources are listed. */
  readonly name: string;
}

const PATH = /^\/v1\/(projects\/[^/]+)\/(topics|subscriptions)(?:\/([^/:]+)(?::(\w+))?)?$/;

/**
 * Reads method and path of a request (https://cloud.google.com/pubsub/docs/reference/rest). Those
 * of a path that the service does not have are of an empty name.
 */
export function restTarget({ method = "GET", url = "/" }: IncomingMessage): RestTarget {
  const { pathname } = new URL(url, "http://localhost");
  const [, parent = "", collection = "", id = "", verb = ""] = PATH.exec(pathname) ?? [];
  const suffix = id === "" ? "list" : verb;
  return {
    method: [method, collection, suffix].filter((part) => part !== "").join(" "),
    name: id === "" ? parent : `${parent}/${collection}/${decodeURIComponent(id)}`,
  };
}
