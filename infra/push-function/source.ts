import { join, relative } from "node:path";

import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { hardenedBucket } from "../buckets/hardened-bucket.ts";
import { childrenOf } from "../children.ts";
import type { StoredBundle } from "./bundle.ts";

export interface FunctionSourceArgs {
  readonly bucketName: string;
  readonly location: string;
  readonly bundle: StoredBundle;
  /** "" for Google's own. */
  readonly kmsKey: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The archive of both functions, uploaded. */
export class FunctionSource extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly object: pulumi.Output<string>;
  readonly generation: pulumi.Output<number>;
  /** Hash of the archive's files. */
  readonly code: string;

  constructor(name: string, args: FunctionSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:FunctionSource", name, {}, opts);
    const child = childrenOf(this, opts?.dependsOn);
    const { bucketName, location, kmsKey, labels } = args;
    const bucket = new gcp.storage.Bucket(
      `${name}-bucket`,
      { name: bucketName, location, ...hardenedBucket({ kmsKey }), forceDestroy: true, labels },
      child,
    );
    // A function is updated only when the name or generation of its source changes, never by its
    // contents (https://github.com/hashicorp/terraform-provider-google/issues/1938): so the name is
    // a hash of them.
    const object = new gcp.storage.BucketObject(
      `${name}-archive`,
      {
        name: `src/${args.bundle.code}.zip`,
        bucket: bucket.name,
        source: archiveOf(args.bundle),
      },
      // The name covers changes of the contents; a checksum that Google writes otherwise must not
      // replace it.
      { ...child, ignoreChanges: ["detectMd5hash"] },
    );
    this.bucket = bucket.name;
    this.object = object.name;
    this.generation = object.generation;
    this.code = args.bundle.code;
    this.registerOutputs({
      bucket: this.bucket,
      object: this.object,
      generation: this.generation,
    });
  }
}

/**
 * Of files: an archive of texts would be in the state, and in each of its backups, word for word.
 */
function archiveOf({ folder, files }: StoredBundle): pulumi.asset.AssetArchive {
  // Relative to where the program runs, as Pulumi reads them: the state should not tell of
  // anybody's home.
  const assets = Object.keys(files).map((name): [string, pulumi.asset.FileAsset] => [
    name,
    new pulumi.asset.FileAsset(relative(process.cwd(), join(folder, name))),
  ]);
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}
