import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import { hardenedBucket } from "./hardened-bucket.ts";

/**
 * What was imported, one small object for each object. A bucket of its own: in the landing bucket a
 * receipt would be announced, and imported, itself. It goes with the stack, contents included.
 */
export function receiptsBucket(
  name: string,
  { settings, names, project, location }: Plan,
  opts: pulumi.CustomResourceOptions,
): gcp.storage.Bucket {
  const bucketName = names.bucketName(project, location, "receipts");
  const { labels, kmsKey } = settings;
  return new gcp.storage.Bucket(
    name,
    { name: bucketName, location, ...hardenedBucket({ kmsKey }), forceDestroy: true, labels },
    opts,
  );
}
