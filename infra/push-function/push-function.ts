import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { afterIamPropagation } from "../services/propagation.ts";
import { PushSubscription } from "./push-subscription.ts";

/** What both functions have in common. */
export interface PushFunctionContext {
  readonly project: string;
  readonly location: string;
  /** The uploaded archive. `generation` is explicit: the provider would otherwise remember that of Google's own copy. */
  readonly source: {
    readonly bucket: pulumi.Input<string>;
    readonly object: pulumi.Input<string>;
    readonly generation: pulumi.Input<number>;
  };
  readonly build: {
    readonly serviceAccount: pulumi.Input<string>;
    readonly repository: pulumi.Input<string>;
    readonly grants: readonly pulumi.Resource[];
  };
  readonly secret: {
    readonly secretId: pulumi.Input<string>;
    readonly version: pulumi.Input<string>;
  };
  /** Account that Pub/Sub calls the functions as; nobody else may. */
  readonly invoker: gcp.serviceaccount.Account;
  /** What Pub/Sub needs before it delivers: to act as the invoker, and to publish dead letters. */
  readonly deliveryGrants: readonly pulumi.Resource[];
  /** The Pub/Sub agent, as an IAM member. */
  readonly pubsubAgent: pulumi.Input<string>;
  /** `projects/P/topics/T` */
  readonly deadLetterTopic: pulumi.Input<string>;
  /** Memory of an instance, such as `1Gi`. */
  readonly memory: string;
  /** Longest run, in seconds; at most 540, below the acknowledgement deadline. */
  readonly timeoutSeconds: number;
  readonly maxInstances: number;
  /** Whether messages wait instead of being delivered. */
  readonly paused: boolean;
  readonly retentionDays: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PushFunctionArgs extends PushFunctionContext {
  readonly functionName: string;
  readonly subscriptionName: string;
  readonly description: string;
  /** Exported name in the archive. */
  readonly entryPoint: string;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Account the function runs as, and what has to be granted to it first. */
  readonly runtime: {
    readonly email: pulumi.Input<string>;
    readonly grants: readonly pulumi.Resource[];
  };
  /** Requests at once per instance. More than 1 needs a whole vCPU, which every function here has. */
  readonly concurrency: number;
  /** Topic whose messages it is called with. */
  readonly topic: pulumi.Input<string>;
}

/**
 * Topic → authenticated push subscription → private function. Not an Eventarc trigger: its subscription keeps
 * messages for 24 hours and cannot be given a dead-letter topic in code
 * (https://github.com/hashicorp/terraform-provider-google/issues/25069).
 */
export class PushFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  /** To wait for before anything may be published to the topic. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PushFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mixpanel-gcp:index:PushFunction", name, {}, opts);
    const fn = createFunction(name, args, this);
    const mayInvoke = new gcp.cloudrunv2.ServiceIamMember(
      `${name}-may-be-invoked-by-pubsub`,
      {
        name: fn.name,
        location: args.location,
        role: "roles/run.invoker",
        member: args.invoker.member,
      },
      { parent: this },
    );
    const subscription = new PushSubscription(
      `${name}-push`,
      {
        ...args,
        endpoint: fn.serviceConfig.apply((config) => config?.uri ?? ""),
        invokerEmail: args.invoker.email,
      },
      { parent: this, dependsOn: [mayInvoke, ...args.deliveryGrants] },
    );
    this.functionName = fn.name;
    this.ready = subscription.ready;
    this.registerOutputs({ functionName: this.functionName });
  }
}

function createFunction(
  name: string,
  args: PushFunctionArgs,
  parent: pulumi.Resource,
): gcp.cloudfunctionsv2.Function {
  const { bucket, object, generation } = args.source;
  return new gcp.cloudfunctionsv2.Function(
    `${name}-function`,
    {
      name: args.functionName,
      location: args.location,
      description: args.description,
      labels: args.labels,
      buildConfig: {
        runtime: "nodejs24",
        entryPoint: args.entryPoint,
        source: { storageSource: { bucket, object, generation } },
        serviceAccount: args.build.serviceAccount,
        dockerRepository: args.build.repository,
      },
      serviceConfig: serviceConfig(args),
    },
    {
      parent,
      dependsOn: [...args.build.grants, ...args.runtime.grants],
      // Its name is fixed, so the old one has to go first.
      deleteBeforeReplace: true,
      ...afterIamPropagation(),
    },
  );
}

function serviceConfig(
  args: PushFunctionArgs,
): gcp.types.input.cloudfunctionsv2.FunctionServiceConfig {
  return {
    availableMemory: args.memory,
    // Explicit: 1 GiB alone comes with 0.583 vCPU, which allows no concurrency
    // (https://cloud.google.com/run/docs/configuring/cpu).
    availableCpu: "1",
    timeoutSeconds: args.timeoutSeconds,
    minInstanceCount: 0,
    maxInstanceCount: args.maxInstances,
    maxInstanceRequestConcurrency: args.concurrency,
    // Pub/Sub of the same project counts as internal (https://cloud.google.com/run/docs/securing/ingress).
    ingressSettings: "ALLOW_INTERNAL_ONLY",
    allTrafficOnLatestRevision: true,
    serviceAccountEmail: args.runtime.email,
    environmentVariables: { ...args.environment, LOG_EXECUTION_ID: "true" },
    secretEnvironmentVariables: [
      {
        key: "MIXPANEL_TOKEN",
        projectId: args.project,
        secret: args.secret.secretId,
        version: args.secret.version,
      },
    ],
  };
}
