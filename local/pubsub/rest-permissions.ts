import type { Caller } from "../caller.ts";
import type { JsonFields } from "./json-fields.ts";
import { projectOf } from "./resource-name.ts";
import { ServiceError } from "./service-error.ts";

/**
 * What each method needs on the resource it names, or on the project when that is what holds what
 * is made or listed (https://cloud.google.com/pubsub/docs/access-control#required_permissions).
 */
const NEEDED: Readonly<Record<string, string>> = {
  "PUT topics": "pubsub.topics.create",
  "GET topics": "pubsub.topics.get",
  "GET topics list": "pubsub.topics.list",
  "POST topics publish": "pubsub.topics.publish",
  "PUT subscriptions": "pubsub.subscriptions.create",
  "GET subscriptions": "pubsub.subscriptions.get",
  "GET subscriptions list": "pubsub.subscriptions.list",
  "POST subscriptions modifyPushConfig": "pubsub.subscriptions.update",
  "POST subscriptions pull": "pubsub.subscriptions.consume",
  "POST subscriptions acknowledge": "pubsub.subscriptions.consume",
  "POST subscriptions modifyAckDeadline": "pubsub.subscriptions.consume",
};

/**
 * @param method as in the list of operations
 * @param name of the resource, or of the project whose resources are listed
 * @throws ServiceError PERMISSION_DENIED when the caller may not do what is asked for
 */
export function checkPermissions(
  caller: Caller,
  method: string,
  name: string,
  fields: JsonFields,
): void {
  const permission = NEEDED[method] ?? "";
  const isOnProject = method.startsWith("PUT ");
  requirePermission(caller, permission, isOnProject ? `projects/${projectOf(name)}` : name);
  if (method === "PUT subscriptions")
    requirePermission(caller, "pubsub.topics.attachSubscription", fields.text("topic"));
}

/** Google does not say which permission is missing. */
function requirePermission(caller: Caller, permission: string, resource: string): void {
  if (!caller.may(permission, resource))
    throw new ServiceError("PERMISSION_DENIED", "User not authorized to perform this action.");
}
