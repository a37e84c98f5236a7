import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import { hardenedBucket } from "./hardened-bucket.ts";

/**
 * What was imported, one small object for each object. A bucket of its own: in the landing bucket a receipt would
 * be announced, and imported, itself. It goes with the stack, contents included.
 */
export function createReceiptsBucket(
  name: string,
  args: {
    readonly bucketName: string;
    readonly location: string;
    readonly labels: Readonly<Record<string, string>>;
  },
  opts: pulumi.CustomResourceOptions,
): gcp.storage.Bucket {
  return new gcp.storage.Bucket(
    name,
    {
      name: args.bucketName,
      location: args.location,
      ...hardenedBucket(),
      forceDestroy: true,
      labels: args.labels,
    },
    opts,
  );
}
