import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../configuration/schema.ts";
import { hardenedBucket } from "./hardened-bucket.ts";

export interface LandingBucketArgs {
  readonly bucketName: string;
  readonly location: string;
  readonly settings: Pick<
    Settings,
    "existingBucket" | "retentionDays" | "deleteObjectsAfterDays" | "bucketOnDestroy" | "labels"
  >;
}

/** Where files are uploaded to: an own bucket, or one that is there already and is left as it is. */
export class LandingBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: LandingBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:LandingBucket", name, {}, opts);
    const { existingBucket } = args.settings;
    this.bucket =
      existingBucket === "" ? createOwn(name, args, this, opts) : pulumi.output(existingBucket);
    this.registerOutputs({ bucket: this.bucket });
  }
}

function createOwn(
  name: string,
  { bucketName, location, settings }: LandingBucketArgs,
  parent: pulumi.Resource,
  opts: pulumi.ComponentResourceOptions = {},
): pulumi.Output<string> {
  const bucket = new gcp.storage.Bucket(
    `${name}-bucket`,
    {
      name: bucketName,
      location,
      ...hardenedBucket(lifecycle(settings)),
      // An object that is replaced or deleted before its message comes is still there by its generation.
      versioning: { enabled: true },
      forceDestroy: settings.bucketOnDestroy === "delete",
      labels: settings.labels,
    },
    {
      parent,
      ...(opts.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
      retainOnDelete: settings.bucketOnDestroy === "keep",
      protect: settings.bucketOnDestroy === "fail",
    },
  );
  return bucket.name;
}

/**
 * Lets `members` upload. They may only once objects are announced (`dependsOn`): what is there before is never
 * imported by itself.
 */
export function allowUploaders(
  name: string,
  bucket: pulumi.Input<string>,
  members: readonly string[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const member of members)
    new gcp.storage.BucketIAMMember(
      `${name}-uploader-${member}`,
      // Not objectCreator: it may not replace a file of the same name.
      { bucket, role: "roles/storage.objectUser", member },
      opts,
    );
}

function lifecycle({
  retentionDays,
  deleteObjectsAfterDays,
}: LandingBucketArgs["settings"]): gcp.types.input.storage.BucketLifecycleRule[] {
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
