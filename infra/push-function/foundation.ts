import type * as pulumi from "@pulumi/pulumi";

import { after } from "../children.ts";
import type { Plan } from "../configuration/arguments.ts";
import { FunctionSecret } from "../function-secret.ts";
import type { Grants } from "../grants.ts";
import type { ServiceAgents } from "../services/agents.ts";
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
  /** Undefined when there is none. */
  readonly transformSecret: FunctionSecret | undefined;
  readonly grants: Grants;
  readonly invoker: PushInvoker;
  /** The Pub/Sub agent, as an IAM member. */
  readonly pubsubAgent: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
}

/**
 * Makes what both functions stand on: their code, its builder, the token, and Pub/Sub's right to
 * call them.
 */
export function layFoundation(
  name: string,
  plan: Plan,
  on: {
    readonly bundle: StoredBundle;
    readonly grants: Grants;
    readonly agents: ServiceAgents;
    readonly deadLetters: DeadLetters;
  },
  child: pulumi.CustomResourceOptions,
): Foundation {
  const { settings, names, project, location } = plan;
  const { labels, kmsKey } = settings;
  const { bundle, grants, agents } = on;
  const deadLetterTopic = on.deadLetters.topic;
  const source = new FunctionSource(
    `${name}-source`,
    { bucketName: names.bucketName(project, location, "source"), location, bundle, kmsKey, labels },
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
      grants,
      kmsKey,
      labels,
    },
    after(child, [...agents.identities]),
  );
  const invoker = new PushInvoker(
    `${name}-invoker`,
    { accountId: names.accountId("invoker"), pubsubAgent: agents.pubsub, deadLetterTopic, grants },
    child,
  );
  const { pubsub: pubsubAgent } = agents;
  const secrets = createSecrets(name, plan, child);
  return { source, build, ...secrets, invoker, pubsubAgent, deadLetterTopic, grants };
}

function createSecrets(
  name: string,
  { settings, names, location, mixpanelToken, transformSecret }: Plan,
  child: pulumi.CustomResourceOptions,
): Pick<Foundation, "token" | "transformSecret"> {
  const { labels, kmsKey } = settings;
  const create = (key: string, suffix: string, value: pulumi.Input<string>) =>
    new FunctionSecret(
      `${name}-${suffix}`,
      { key, secretId: names.name(suffix), value, location, kmsKey, labels },
      child,
    );
  return {
    token: create("mixpanelToken", "token", mixpanelToken),
    transformSecret:
      transformSecret === undefined
        ? undefined
        : create("transformSecret", "transform-secret", transformSecret),
  };
}
