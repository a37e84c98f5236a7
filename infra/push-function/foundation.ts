import type * as pulumi from "@pulumi/pulumi";

import { BuildIdentity } from "./build-identity.ts";
import type { FunctionBundle } from "../../archive/bundle.ts";
import type { Settings } from "../configuration/schema.ts";
import { FunctionSource } from "./source.ts";
import { MixpanelSecret } from "../function-secret.ts";
import type { Names } from "../names.ts";
import type { PushFunctionContext } from "./push-function.ts";
import { PushInvoker } from "./push-invoker.ts";
import { ServiceAgents } from "../services/agents.ts";

export interface FoundationArgs {
  readonly names: Names;
  readonly project: string;
  readonly location: string;
  readonly settings: Settings;
  readonly bundle: FunctionBundle;
  readonly mixpanelToken: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
}

/** What both functions stand on: their code, its builder, the token, and Pub/Sub's right to call them. */
export interface Foundation {
  /** The Cloud Storage agent of the landing bucket's project, as an IAM member. */
  readonly storageAgent: pulumi.Output<string>;
  readonly context: PushFunctionContext;
}

/** Makes the foundation. Its resources are children of `opts.parent`. */
export function createFoundation(
  name: string,
  args: FoundationArgs,
  opts: pulumi.ComponentResourceOptions,
): Foundation {
  const { names, project, location, settings, deadLetterTopic } = args;
  const { labels, manageServices } = settings;
  const source = new FunctionSource(
    `${name}-source`,
    {
      bucketName: names.bucketName(project, location, "source"),
      location,
      bundle: args.bundle,
      labels,
    },
    opts,
  );
  const agents = new ServiceAgents(
    `${name}-agents`,
    {
      projectNumber: source.projectNumber,
      bucketProject: settings.existingBucketProject || project,
      manageServices,
    },
    opts,
  );
  const secret = new MixpanelSecret(
    `${name}-token`,
    { secretId: names.name("token"), token: args.mixpanelToken, labels },
    opts,
  );
  const build = new BuildIdentity(
    `${name}-build`,
    {
      accountId: names.accountId("build"),
      repositoryId: names.name("images"),
      location,
      project,
      labels,
    },
    opts,
  );
  const invoker = new PushInvoker(
    `${name}-invoker`,
    { accountId: names.accountId("invoker"), pubsubAgent: agents.pubsub, deadLetterTopic },
    opts,
  );
  const context: PushFunctionContext = {
    project,
    location,
    source,
    build,
    secret,
    invoker: invoker.account,
    deliveryGrants: invoker.grants,
    pubsubAgent: agents.pubsub,
    deadLetterTopic,
    memory: settings.memory,
    timeoutSeconds: settings.timeoutSeconds,
    maxInstances: settings.maxInstances,
    paused: settings.paused,
    retentionDays: settings.retentionDays,
    labels,
  };
  return { storageAgent: agents.storage, context };
}
