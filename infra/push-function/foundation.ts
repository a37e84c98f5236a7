import type * as pulumi from "@pulumi/pulumi";

import { after } from "../children.ts";
import type { Plan } from "../configuration/arguments.ts";
import { FunctionSecret } from "../function-secret.ts";
import { type ServiceAgents, serviceAgents } from "../services/agents.ts";
import type { DeadLetters } from "../topics/dead-letters.ts";
import { BuildIdentity } from "./build-identity.ts";
import type { StoredBundle } from "./bundle.ts";
import { PushInvoker } from "./push-invoker.ts";
import { FunctionSource } from "./source.ts";

/** What both importers stand on. */
export interface Foundation {
  readonly source: FunctionSource;
  readonly build: BuildIdentity;
  readonly token: FunctionSecret;
  readonly invoker: PushInvoker;
  /** The Pub/Sub agent, as an IAM member. */
  readonly pubsubAgent: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
}

/** Makes what both functions stand on: their code, its builder, the token, and Pub/Sub's right to call them. */
export function layFoundation(
  name: string,
  { settings, names, project, location, mixpanelToken }: Plan,
  on: { readonly bundle: StoredBundle; readonly deadLetters: DeadLetters },
  child: pulumi.CustomResourceOptions,
): { readonly foundation: Foundation; readonly agents: ServiceAgents } {
  const { labels, manageServices } = settings;
  const { bundle } = on;
  const deadLetterTopic = on.deadLetters.topic;
  const source = new FunctionSource(
    `${name}-source`,
    { bucketName: names.bucketName(project, location, "source"), location, bundle, labels },
    child,
  );
  const bucketProject = settings.existingBucketProject || project;
  const agents = serviceAgents(name, { project, bucketProject, manageServices }, child);
  const token = new FunctionSecret(
    `${name}-token`,
    { key: "mixpanelToken", secretId: names.name("token"), value: mixpanelToken, labels },
    child,
  );
  const build = new BuildIdentity(
    `${name}-build`,
    {
      accountId: names.accountId("build"),
      repositoryId: names.name("images"),
      location,
      project,
      functionsAgent: agents.functions,
      labels,
    },
    after(child, [...agents.identities]),
  );
  const invoker = new PushInvoker(
    `${name}-invoker`,
    { accountId: names.accountId("invoker"), pubsubAgent: agents.pubsub, deadLetterTopic },
    child,
  );
  const foundation = { source, build, token, invoker, pubsubAgent: agents.pubsub, deadLetterTopic };
  return { foundation, agents };
}
