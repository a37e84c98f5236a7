import * as pulumi from "@pulumi/pulumi";

import { after, childrenOf } from "../children.ts";
import type { Plan } from "../configuration/arguments.ts";
import type { Settings } from "../configuration/schema.ts";
import { functionEnvironment } from "./environment.ts";
import type { Foundation } from "./foundation.ts";
import { privateFunction } from "./function.ts";
import { pushSubscription } from "./push-subscription.ts";
import { RuntimeIdentity } from "./runtime-identity.ts";

export interface ImporterArgs {
  readonly kind: keyof typeof IMPORTERS;
  readonly plan: Plan;
  readonly foundation: Foundation;
  /** Topic whose messages it handles: `projects/P/topics/T`. */
  readonly topic: pulumi.Input<string>;
  /** Buckets of the importer of objects: it reads the one and writes to the other. */
  readonly buckets?: {
    readonly landing: pulumi.Input<string>;
    readonly receipts: pulumi.Input<string>;
  };
}

/** What tells the two apart. Names here are parts of names of resources: they never change. */
const IMPORTERS = {
  objects: {
    entryPoint: "importObject",
    functionName: "import-object",
    subscriptionName: "objects",
    displayName: "Imports objects into Mixpanel",
    description: "Imports the objects of a bucket into Mixpanel",
    // One object can fill an instance: its memory, and its requests to Mixpanel.
    concurrency: () => 1,
    account: ({ existing }: Plan) => existing.objectsServiceAccount,
    filter: () => "",
  },
  messages: {
    entryPoint: "importMessages",
    functionName: "import-messages",
    subscriptionName: "events",
    displayName: "Imports messages into Mixpanel",
    description: "Imports the messages of a topic into Mixpanel",
    concurrency: ({ messageConcurrency }: Settings) => messageConcurrency,
    account: ({ existing }: Plan) => existing.messagesServiceAccount,
    filter: ({ messageFilter }: Settings) => messageFilter,
  },
} as const;

/**
 * Topic → authenticated push subscription → private function. Not an Eventarc trigger: its
 * subscription keeps messages for 24 hours and cannot be given a dead-letter topic in code
 * (https://github.com/hashicorp/terraform-provider-google/issues/25069).
 */
export class Importer extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  /** To wait for before anything may be published to the topic. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ImporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:Importer", name, {}, opts);
    const { plan, foundation, topic } = args;
    const { names, project, location, settings } = plan;
    const { invoker } = foundation;
    const importer = IMPORTERS[args.kind];
    const child = childrenOf(this, opts?.dependsOn);

    const fn = privateFunction(
      `${name}-function`,
      {
        ...foundation,
        functionName: names.functionName(importer.functionName),
        description: importer.description,
        entryPoint: importer.entryPoint,
        project,
        location,
        settings,
        environment: environmentOf(args),
        concurrency: importer.concurrency(settings),
        runtime: runtimeOf(name, args, child),
      },
      child,
    );
    const mayInvoke = foundation.grants.give(
      `${name}-may-be-invoked-by-pubsub`,
      {
        role: "roles/run.invoker",
        member: invoker.account.member,
        on: { kind: "function", functionName: fn.name, location },
      },
      child,
    );
    this.ready = pushSubscription(
      `${name}-push`,
      {
        subscriptionName: names.name(importer.subscriptionName),
        topic,
        target: fn,
        invokerEmail: invoker.account.email,
        deadLetterTopic: foundation.deadLetterTopic,
        pubsubAgent: foundation.pubsubAgent,
        grants: foundation.grants,
        filter: importer.filter(settings),
        paused: settings.paused,
        retentionDays: settings.retentionDays,
        labels: settings.labels,
      },
      after(child, [...mayInvoke, ...invoker.grants]),
    );
    this.functionName = fn.name;
    this.registerOutputs({ functionName: this.functionName });
  }
}

function runtimeOf(
  name: string,
  { kind, plan, foundation, topic, buckets }: ImporterArgs,
  opts: pulumi.CustomResourceOptions,
): RuntimeIdentity {
  const deadLetters = { "dead-letters": foundation.deadLetterTopic };
  return new RuntimeIdentity(
    `${name}-identity`,
    {
      accountId: plan.names.accountId(kind),
      displayName: IMPORTERS[kind].displayName,
      existingAccount: IMPORTERS[kind].account(plan),
      grants: foundation.grants,
      secrets: secretIds(foundation),
      ...(buckets === undefined
        ? { mayPublishTo: deadLetters }
        : {
            mayRead: buckets.landing,
            mayWrite: buckets.receipts,
            mayPublishTo: { continuations: topic, ...deadLetters },
          }),
    },
    opts,
  );
}

function secretIds({ token, transformSecret }: Foundation): Record<string, pulumi.Input<string>> {
  return transformSecret === undefined
    ? { token: token.secretId }
    : { token: token.secretId, "transform-secret": transformSecret.secretId };
}

function environmentOf({
  plan,
  foundation,
  topic,
  buckets,
}: ImporterArgs): Record<string, pulumi.Input<string>> {
  return functionEnvironment({
    project: plan.project,
    settings: plan.settings,
    deadLetterTopic: foundation.deadLetterTopic,
    objectsTopic: buckets === undefined ? "" : topic,
    receiptsBucket: buckets === undefined ? "" : buckets.receipts,
  });
}
