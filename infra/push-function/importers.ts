import type * as pulumi from "@pulumi/pulumi";

import type { Settings } from "../configuration/schema.ts";
import { functionEnvironment } from "./environment.ts";
import type { Names } from "../names.ts";
import { PushFunction, type PushFunctionContext } from "./push-function.ts";
import { RuntimeIdentity } from "./runtime-identity.ts";

export interface ImporterArgs {
  readonly context: PushFunctionContext;
  readonly names: Names;
  readonly settings: Settings;
  /** Topic whose messages it handles: `projects/P/topics/T`. */
  readonly topic: pulumi.Input<string>;
}

export interface ObjectImporterArgs extends ImporterArgs {
  readonly landingBucket: pulumi.Input<string>;
  readonly receiptsBucket: pulumi.Input<string>;
}

/** Objects topic → importObject, which reads the landing bucket, writes receipts and continues on the same topic. */
export function createObjectImporter(
  name: string,
  { context, names, settings, topic, landingBucket, receiptsBucket }: ObjectImporterArgs,
  opts: ImporterOptions,
): PushFunction {
  const { project, deadLetterTopic } = context;
  const runtime = new RuntimeIdentity(
    `${name}-identity`,
    {
      accountId: names.accountId("objects"),
      displayName: "Imports objects into Mixpanel",
      secretId: context.secret.secretId,
      mayRead: landingBucket,
      mayWrite: receiptsBucket,
      mayPublishTo: { continuations: topic, "dead-letters": deadLetterTopic },
    },
    opts,
  );
  return new PushFunction(
    name,
    {
      ...context,
      topic,
      runtime,
      functionName: names.functionName("import-object"),
      subscriptionName: names.name("objects"),
      description: "Imports the objects of a bucket into Mixpanel",
      entryPoint: "importObject",
      // One object can fill an instance: its memory, and its requests to Mixpanel.
      concurrency: 1,
      environment: functionEnvironment({
        project,
        settings,
        deadLetterTopic,
        objectsTopic: topic,
        receiptsBucket,
      }),
    },
    { parent: opts.parent },
  );
}

/** Events topic → importMessages. */
export function createMessageImporter(
  name: string,
  { context, names, settings, topic }: ImporterArgs,
  opts: ImporterOptions,
): PushFunction {
  const { project, deadLetterTopic } = context;
  const runtime = new RuntimeIdentity(
    `${name}-identity`,
    {
      accountId: names.accountId("messages"),
      displayName: "Imports messages into Mixpanel",
      secretId: context.secret.secretId,
      mayPublishTo: { "dead-letters": deadLetterTopic },
    },
    opts,
  );
  return new PushFunction(
    name,
    {
      ...context,
      topic,
      runtime,
      functionName: names.functionName("import-messages"),
      subscriptionName: names.name("events"),
      description: "Imports the messages of a topic into Mixpanel",
      entryPoint: "importMessages",
      concurrency: settings.messageConcurrency,
      environment: functionEnvironment({
        project,
        settings,
        deadLetterTopic,
        objectsTopic: "",
        receiptsBucket: "",
      }),
    },
    { parent: opts.parent },
  );
}

/** `dependsOn` is what has to be there before the function's account may be given anything. */
interface ImporterOptions {
  readonly parent: pulumi.Resource;
  readonly dependsOn: pulumi.Resource[];
}
