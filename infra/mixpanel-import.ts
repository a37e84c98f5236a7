import * as pulumi from "@pulumi/pulumi";

import { allowUploaders, landingBucket } from "./buckets/landing-bucket.ts";
import { announceObjects } from "./buckets/object-notification.ts";
import { receiptsBucket } from "./buckets/receipts-bucket.ts";
import { after, childrenOf } from "./children.ts";
import { type MixpanelImportArgs, type Plan, planOf } from "./configuration/arguments.ts";
import { Grants } from "./grants.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { functionBundle, type StoredBundle } from "./push-function/bundle.ts";
import { layFoundation } from "./push-function/foundation.ts";
import { Importer } from "./push-function/importer.ts";
import { checkThatItStarts } from "./push-function/start-check.ts";
import { type ServiceAgents, serviceAgents } from "./services/agents.ts";
import { Apis } from "./services/apis.ts";
import { allowEncryption } from "./services/encryption.ts";
import { outlastRefusals } from "./services/refusals.ts";
import { DeadLetters } from "./topics/dead-letters.ts";
import { allowPublishers, eventTopic } from "./topics/event-topic.ts";
import { createTopic } from "./topics/topic.ts";

export type { MixpanelImportArgs } from "./configuration/arguments.ts";

/**
 * Everything between a file or a message in Google Cloud and Mixpanel.
 *
 *     uploads ──▶ bucket ─ notification ─▶ objects topic ─ push ─▶ importObject ──┐
 *                                               ▲── continuation ──┘              ├──▶ Mixpanel
 *     publishers ────────────────────────▶ events topic ── push ─▶ importMessages ┘
 *                         both, and Pub/Sub itself ──▶ dead-letter topic ─▶ pull subscription
 *
 * Logical names of children never change: a rename needs `aliases`, or the resource is made anew.
 */
export class MixpanelImport extends pulumi.ComponentResource {
  /** `gs://bucket`, known once what is uploaded there is imported. */
  readonly bucketUrl: pulumi.Output<string>;
  /** `projects/P/topics/T`, known once what is published there is imported. */
  readonly eventsTopic: pulumi.Output<string>;
  /** `projects/P/topics/T` of the bucket's notifications and of continuations. */
  readonly objectsTopic: pulumi.Output<string>;
  /** `projects/P/topics/T` of what could not be imported. */
  readonly deadLetterTopic: pulumi.Output<string>;
  /** `projects/P/subscriptions/S`, the pull subscription that keeps dead letters. */
  readonly deadLetterSubscription: pulumi.Output<string>;
  /** Name of the bucket with one receipt for each object. */
  readonly receiptsBucket: pulumi.Output<string>;
  /** Name of the function behind the bucket. */
  readonly importObjectFunction: pulumi.Output<string>;
  /** Name of the function behind the events topic. */
  readonly importMessagesFunction: pulumi.Output<string>;
  /** Address of the dashboard in the console. */
  readonly dashboardUrl: pulumi.Output<string>;

  /** @throws pulumi.RunError when a setting is wrong or the transform cannot be bundled
   *   or started, before anything is registered. */
  constructor(name: string, args: MixpanelImportArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = planOf(name, args);
    const bundle = functionBundle(plan.settings.transform);
    checkThatItStarts(bundle, plan);
    const transformations = [outlastRefusals(name, plan), ...(opts?.transformations ?? [])];
    super("mixpanel-gcp:index:MixpanelImport", name, {}, { ...opts, transformations });
    for (const warning of plan.warnings) void pulumi.log.warn(warning, this);
    // In a preview there is still time; in the update that follows it would only be repeated.
    const tell = pulumi.runtime.isDryRun() ? pulumi.log.warn : pulumi.log.info;
    for (const note of plan.notes) void tell(note, this);

    const outputs = build(name, plan, bundle, childrenOf(this, opts?.dependsOn));
    this.bucketUrl = outputs.bucketUrl;
    this.eventsTopic = outputs.eventsTopic;
    this.objectsTopic = outputs.objectsTopic;
    this.deadLetterTopic = outputs.deadLetterTopic;
    this.deadLetterSubscription = outputs.deadLetterSubscription;
    this.receiptsBucket = outputs.receiptsBucket;
    this.importObjectFunction = outputs.importObjectFunction;
    this.importMessagesFunction = outputs.importMessagesFunction;
    this.dashboardUrl = outputs.dashboardUrl;
    this.registerOutputs({ ...outputs });
  }
}

/** The picture above, from left to right; `inside` is the component, with what it waits for. */
function build(
  name: string,
  plan: Plan,
  bundle: StoredBundle,
  inside: pulumi.CustomResourceOptions,
) {
  const { kmsKey, manageIam, manageServices } = plan.settings;
  const isEncrypted = kmsKey !== "";
  const apis = manageServices ? [new Apis(`${name}-apis`, { isEncrypted }, inside)] : [];
  const afterApis = after(inside, apis);
  const grants = new Grants({ isManaged: manageIam, project: plan.project });
  const agents = serviceAgents(name, plan, afterApis);
  const mayEncrypt = allowEncryption(name, { kmsKey, agents, grants }, afterApis);

  const child = after(afterApis, mayEncrypt);
  const inlets = createInlets(name, plan, child);
  const { landing, objects, receipts, events, deadLetters } = inlets;
  const on = { bundle, deadLetters, grants, agents };
  const foundation = layFoundation(name, plan, on, child);
  const afterDeadLetters = after(child, deadLetters.ready);
  const importObject = new Importer(
    `${name}-import-object`,
    { kind: "objects", plan, foundation, topic: objects, buckets: { landing, receipts } },
    afterDeadLetters,
  );
  const importMessages = new Importer(
    `${name}-import-messages`,
    { kind: "messages", plan, foundation, topic: events },
    afterDeadLetters,
  );
  const importers = { importObject, importMessages };
  const notification = openInlets(name, plan, { ...inlets, ...importers, agents, grants }, child);
  tellGrants(grants);
  const monitoring = new Monitoring(`${name}-monitoring`, plan, child);

  return {
    bucketUrl: onceReady([notification], pulumi.interpolate`gs://${landing}`),
    eventsTopic: onceReady(importMessages.ready, events),
    objectsTopic: objects,
    deadLetterTopic: deadLetters.topic,
    deadLetterSubscription: deadLetters.subscription,
    receiptsBucket: receipts,
    importObjectFunction: importObject.functionName,
    importMessagesFunction: importMessages.functionName,
    dashboardUrl: monitoring.dashboardUrl,
  };
}

/** Buckets and topics, through which nothing comes in yet. */
interface Inlets {
  readonly landing: pulumi.Output<string>;
  readonly receipts: pulumi.Output<string>;
  /** Topics are `projects/P/topics/T`. */
  readonly objects: pulumi.Output<string>;
  readonly events: pulumi.Output<string>;
  readonly deadLetters: DeadLetters;
}

function createInlets(name: string, plan: Plan, child: pulumi.CustomResourceOptions): Inlets {
  return {
    landing: landingBucket(`${name}-landing-bucket`, plan, child),
    receipts: receiptsBucket(`${name}-receipts`, plan, child).name,
    objects: createTopic(`${name}-objects`, plan.names.name("objects"), plan, child).id,
    events: eventTopic(`${name}-events-topic`, plan, child),
    deadLetters: new DeadLetters(`${name}-dead-letters`, plan, child),
  };
}

/** Only now may anything come in: what comes before its subscription is there is lost. */
function openInlets(
  name: string,
  { settings }: Plan,
  to: Inlets & {
    readonly importObject: Importer;
    readonly importMessages: Importer;
    readonly agents: ServiceAgents;
    readonly grants: Grants;
  },
  child: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { landing, objects, events, importObject, importMessages, agents, grants } = to;
  const notification = announceObjects(
    name,
    {
      bucket: landing,
      topic: objects,
      storageAgent: agents.storage,
      receiver: importObject.ready,
      grants,
    },
    child,
  );
  const { uploaders, publishers } = settings;
  if (settings.existingBucket === "") {
    const bucket = onceReady([notification], landing);
    allowUploaders(name, bucket, uploaders, grants, after(child, notification));
  }
  if (settings.existingTopic === "") {
    const topic = onceReady(importMessages.ready, events);
    allowPublishers(name, topic, publishers, grants, after(child, [...importMessages.ready]));
  }
  return notification;
}

/**
 * With `manageIam` off, lists the commands that somebody else has to run. A list is printed as soon
 * as what it names is there, so that a first run that fails for want of grants has printed them.
 */
function tellGrants(grants: Grants): void {
  for (const commands of grants.noted())
    commands.apply((lines) => {
      void pulumi.log.info(`manageIam is false. Somebody has to run:\n${lines.join("\n")}`);
    });
}

/** `value`, known only once `resources` are there. */
function onceReady(
  resources: readonly pulumi.Resource[],
  value: pulumi.Output<string>,
): pulumi.Output<string> {
  const urns = resources.map(({ urn }) => urn);
  return pulumi.all([value, pulumi.all(urns)]).apply(([known]) => known);
}
