import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { FunctionBundle } from "../../archive/bundle.ts";
import { hardenedBucket } from "../buckets/hardened-bucket.ts";
import { childrenOf } from "../children.ts";

export interface FunctionSourceArgs {
  readonly bucketName: string;
  readonly location: string;
  readonly bundle: FunctionBundle;
  readonly labels: Readonly<Record<string, string>>;
}

/** The archive of both functions, uploaded. */
export class FunctionSource extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly object: pulumi.Output<string>;
  readonly generation: pulumi.Output<number>;
  readonly projectNumber: pulumi.Output<number>;

  constructor(name: string, args: FunctionSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:FunctionSource", name, {}, opts);
    const child = childrenOf(this, opts?.dependsOn);
    const { bucketName, location, labels } = args;
    const bucket = new gcp.storage.Bucket(
      `${name}-bucket`,
      { name: bucketName, location, ...hardenedBucket(), forceDestroy: true, labels },
      child,
    );
    // A function is updated only when the name or generation of its source changes, never by its contents
    // (https://github.com/hashicorp/terraform-provider-google/issues/1938): so the name is a hash of them.
    const object = new gcp.storage.BucketObject(
      `${name}-archive`,
      {
        name: `src/${args.bundle.code}.zip`,
        bucket: bucket.name,
        source: archiveOf(args.bundle),
      },
      child,
    );
    this.bucket = bucket.name;
    this.object = object.name;
    this.generation = object.generation;
    this.projectNumber = bucket.projectNumber;
    this.registerOutputs({
      bucket: this.bucket,
      object: this.object,
      generation: this.generation,
      projectNumber: this.projectNumber,
    });
  }
}

function archiveOf({ files }: FunctionBundle): pulumi.asset.AssetArchive {
  const assets = Object.entries(files).map(([name, text]): [string, pulumi.asset.StringAsset] => [
    name,
    new pulumi.asset.StringAsset(text),
  ]);
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}
