import { ServiceError } from "./service-error.ts";

/** Rules for names: https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names. */
const PROJECT = /^[a-z0-9][a-z0-9:.-]*$/;
const RESOURCE_ID = /^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/;

/**
 * Checks a full name such as `projects/P/topics/T`.
 *
 * @throws ServiceError INVALID_ARGUMENT
 */
export function checkResourceName(name: string, kind: "topics" | "subscriptions"): void {
  const [projects, project = "", collection, id = "", ...rest] = name.split("/");
  const shape = projects === "projects" && collection === kind && rest.length === 0;
  if (!shape || !PROJECT.test(project) || !RESOURCE_ID.test(id))
    throw new ServiceError("INVALID_ARGUMENT", `Invalid [${kind}] name: (name=${name})`);
}

/** The last part of a full name: `T` of `projects/P/topics/T`. */
export function idOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The project of a full name: `P` of `projects/P/topics/T`. */
export function projectOf(name: string): string {
  return name.split("/")[1] ?? "";
}

/**
 * Push goes to functions on this machine, so plain http is what is spoken.
 *
 * @throws ServiceError INVALID_ARGUMENT
 */
export function checkEndpoint(url: string): void {
  if (url === "") return;
  if (!URL.canParse(url) || new URL(url).protocol !== "http:")
    throw new ServiceError("INVALID_ARGUMENT", `Invalid push endpoint (an http URL): ${url}`);
}
