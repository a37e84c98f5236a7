import type { Caller } from "../caller.ts";
import { BucketError } from "./bucket-error.ts";
import type { Action, Route } from "./route.ts";

type Permission = `storage.${"buckets" | "objects"}.${string}`;

/**
 * What each method needs (https://cloud.google.com/storage/docs/access-control/iam-json). Whoever
 * has the address of an upload's session may go on with it.
 */
const NEEDED: Readonly<Record<Action, readonly Permission[]>> = {
  listBuckets: ["storage.buckets.list"],
  createBucket: ["storage.buckets.create"],
  getBucket: ["storage.buckets.get"],
  getStorageLayout: ["storage.objects.list"],
  listObjects: ["storage.objects.list"],
  upload: ["storage.objects.create"],
  continueUpload: [],
  cancelUpload: [],
  getObject: ["storage.objects.get"],
  readObject: ["storage.objects.get"],
  patchObject: ["storage.objects.update"],
  deleteObject: ["storage.objects.delete"],
  composeObject: ["storage.objects.get", "storage.objects.create"],
  rewriteObject: ["storage.objects.get"],
};

/** @throws BucketError 403 when the caller may not do what is asked for */
export function checkPermissions(caller: Caller, route: Route): void {
  const { action, bucket, object, query, destination } = route;
  const name = object === "" ? (query.get("name") ?? "") : object;
  for (const permission of NEEDED[action]) requirePermission(caller, permission, bucket, name);
  if (action === "rewriteObject")
    requirePermission(caller, "storage.objects.create", destination.bucket, destination.object);
}

/** @throws BucketError 403: what replaces an object deletes one, too */
export function checkReplacing(caller: Caller, bucket: string, name: string): void {
  requirePermission(caller, "storage.objects.delete", bucket, name);
}

/**
 * "Not found" is for those who may list: whoever may not learns nothing of what is there
 * (https://cloud.google.com/storage/docs/json_api/v1/objects/get).
 *
 * @throws BucketError 403 for whoever may not list
 */
export function hideAbsence(caller: Caller, { bucket }: Route): void {
  requirePermission(caller, "storage.objects.list", bucket, "");
}

function requirePermission(
  caller: Caller,
  permission: Permission,
  bucket: string,
  name: string,
): void {
  const isOfObject = permission.startsWith("storage.objects.") && !permission.endsWith(".list");
  const parent = bucket === "" ? "projects/_" : `projects/_/buckets/${bucket}`;
  const resource = isOfObject ? `${parent}/objects/${name}` : parent;
  if (caller.may(permission, resource)) return;
  const kind = isOfObject ? "object" : "bucket";
  throw new BucketError(
    403,
    "forbidden",
    `${caller.email} does not have ${permission} access to the Google Cloud Storage ${kind}. ` +
      `Permission '${permission}' denied on resource (or it may not exist).`,
  );
}
