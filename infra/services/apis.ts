import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { childrenOf } from "../children.ts";
import { wait, whenHooksRun } from "./propagation.ts";

/**
 * What the stack calls. `serviceusage` and `cloudresourcemanager` must be on before: enabling a
 * service needs both (https://cloud.google.com/service-usage/docs/enable-disable).
 */
export const APIS = [
  "artifactregistry",
  "cloudbuild",
  "cloudfunctions",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "pubsub",
  "run",
  "secretmanager",
  "storage",
].map((name) => `${name}.googleapis.com`);

/**
 * "If you enabled this API recently, wait a few minutes": what a call answers that comes too early.
 */
const ENABLE_SECONDS = 30;

/** Its agent needs the key of an encrypted stack (`agents.ts`), and is made with the API. */
export const ENCRYPTION_API = "eventarc.googleapis.com";

/** Enables the APIs, and leaves them enabled on destroy: others in the project may use them. */
export class Apis extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { isEncrypted: boolean },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("mixpanel-gcp:index:Apis", name, {}, opts);
    const child = {
      ...childrenOf(this, opts?.dependsOn),
      ...whenHooksRun(() => ({ hooks: { afterCreate: [wait(ENABLE_SECONDS)] } })),
    };
    for (const service of args.isEncrypted ? [...APIS, ENCRYPTION_API] : APIS)
      new gcp.projects.Service(
        `${name}-${service.replace(".googleapis.com", "")}`,
        { service, disableOnDestroy: false },
        child,
      );
    this.registerOutputs({});
  }
}
