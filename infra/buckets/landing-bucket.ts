import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import type { Settings } from "../configuration/schema.ts";
import type { Grants } from "../grants.ts";
import { hardenedBucket } from "./hardened-bucket.ts";

/**
 * The name of the bucket files are uploaded to: an own one, or one that is there already and left
 * as it is.
 */
export function landingBucket(
  name: string,
  { settings, existing, names, project, location }: Plan,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (existing.bucket !== "") return pulumi.output(existing.bucket);
  const bucket = new gcp.storage.Bucket(
    name,
    {
      name: settings.bucketName || names.bucketName(project, location),
      location,
      ...hardenedBucket({ ...settings, lifecycleRules: lifecycle(settings) }),
      // An object that is replaced or deleted before its message comes is still there by its
      // generation.
      versioning: { enabled: true },
      forceDestroy: settings.bucketOnDestroy === "delete",
      labels: settings.labels,
    },
    {
      ...opts,
      retainOnDelete: settings.bucketOnDestroy === "keep",
      // Left out, the protection of the component around it holds.
      ...(settings.bucketOnDestroy === "fail" ? { protect: true } : {}),
    },
  );
  return bucket.name;
}

/**
 * Lets `members` upload. They may only once objects are announced, which `opts` waits for, and
 * `bucket` is known only after: what is there before is never imported by itself.
 */
export function allowUploaders(
  name: string,
  bucket: pulumi.Input<string>,
  members: readonly string[],
  grants: Grants,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const member of members)
    grants.give(
      `${name}-uploader-${member}`,
      // Not objectCreator: it may not replace a file of the same name.
      {
        role: "roles/storage.objectUser",
        member,
        on: { kind: "bucket", bucket },
        opensInlet: true,
      },
      opts,
    );
}

function lifecycle({
  retentionDays,
  deleteObjectsAfterDays,
}: Settings): gcp.types.input.storage.BucketLifecycleRule[] {
  const replaced = {
    action: { type: "Delete" },
    condition: { daysSinceNoncurrentTime: retentionDays, withState: "ARCHIVED" },
  };
  const old = {
    action: { type: "Delete" },
    condition: { age: deleteObjectsAfterDays, withState: "LIVE" },
  };
  return deleteObjectsAfterDays > 0 ? [replaced, old] : [replaced];
}
