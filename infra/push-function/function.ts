import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

import { after } from "../children.ts";
import type { Settings } from "../configuration/schema.ts";
import type { FunctionSecret } from "../function-secret.ts";
import { onceBindingsWork } from "../services/propagation.ts";
import type { BuildIdentity } from "./build-identity.ts";
import type { RuntimeIdentity } from "./runtime-identity.ts";
import type { FunctionSource } from "./source.ts";

export interface FunctionArgs {
  readonly functionName: string;
  readonly description: string;
  /** Exported name in the archive. */
  readonly entryPoint: string;
  readonly project: string;
  readonly location: string;
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Requests at once per instance. More than 1 needs a whole vCPU, which every function here has.
   */
  readonly concurrency: number;
  /**
   * The uploaded archive. `generation` is explicit: the provider would otherwise remember that of
   * Google's own copy.
   */
  readonly source: FunctionSource;
  readonly build: BuildIdentity;
  readonly runtime: RuntimeIdentity;
  readonly token: FunctionSecret;
  readonly transformSecret: FunctionSecret | undefined;
}

/** A private function, built and run by accounts of its own. */
export function privateFunction(
  name: string,
  args: FunctionArgs,
  opts: pulumi.CustomResourceOptions,
): gcp.cloudfunctionsv2.Function {
  const { bucket, object, generation } = args.source;
  return new gcp.cloudfunctionsv2.Function(
    name,
    {
      name: args.functionName,
      location: args.location,
      description: args.description,
      labels: args.settings.labels,
      kmsKeyName: args.settings.kmsKey || undefined,
      buildConfig: {
        runtime: "nodejs24",
        entryPoint: args.entryPoint,
        source: { storageSource: { bucket, object, generation } },
        // Of all that names the code, the one thing that is read back from Google: an update that
        // failed shows up in a refresh, and is sent again. The source is not; the provider answers
        // with what it has in its state.
        environmentVariables: { ARCHIVE_CODE: args.source.code },
        serviceAccount: args.build.serviceAccount,
        dockerRepository: args.build.repository,
      },
      serviceConfig: serviceConfig(args),
    },
    {
      ...after(opts, [...args.build.grants, ...args.runtime.grants]),
      // Its name is fixed, so the old one has to go first.
      deleteBeforeReplace: true,
      // A creation that failed is repaired by the next run: the provider keeps the id of what it
      // could not finish, and would find nothing to change
      // (https://github.com/pulumi/pulumi/issues/21458).
      replaceOnChanges: ["#initerror"],
      ...onceBindingsWork(`${name}-advice`),
    },
  );
}

function serviceConfig(args: FunctionArgs): gcp.types.input.cloudfunctionsv2.FunctionServiceConfig {
  const { settings } = args;
  const secretVariable = (key: string, { secretId, version }: FunctionSecret) => ({
    key,
    projectId: args.project,
    secret: secretId,
    version,
  });
  return {
    availableMemory: settings.memory,
    // Explicit: 1 GiB alone comes with 0.583 vCPU, which allows no concurrency
    // (https://cloud.google.com/run/docs/configuring/cpu).
    availableCpu: "1",
    timeoutSeconds: settings.timeoutSeconds,
    minInstanceCount: 0,
    maxInstanceCount: settings.maxInstances,
    maxInstanceRequestConcurrency: args.concurrency,
    // Pub/Sub of the same project counts as internal (https://cloud.google.com/run/docs/securing/ingress).
    ingressSettings: "ALLOW_INTERNAL_ONLY",
    allTrafficOnLatestRevision: true,
    serviceAccountEmail: args.runtime.email,
    environmentVariables: { ...args.environment, LOG_EXECUTION_ID: "true" },
    secretEnvironmentVariables: [
      secretVariable("MIXPANEL_TOKEN", args.token),
      ...(args.transformSecret === undefined
        ? []
        : [secretVariable("TRANSFORM_SECRET", args.transformSecret)]),
    ],
    ...egress(settings),
  };
}

/**
 * Everything that is sent leaves through the network, where a NAT can give it static addresses
 * (https://docs.cloud.google.com/functions/docs/running/direct-vpc).
 */
function egress({
  network,
  subnetwork,
}: Settings): Partial<gcp.types.input.cloudfunctionsv2.FunctionServiceConfig> {
  if (network === "") return {};
  return {
    directVpcNetworkInterfaces: [{ network, ...(subnetwork === "" ? {} : { subnetwork }) }],
    directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC",
  };
}
