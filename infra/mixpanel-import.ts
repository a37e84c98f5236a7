import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { Apis } from "./services/apis.ts";
import { bundleFunction } from "../archive/bundle.ts";
import { resolveArgs, type MixpanelImportArgs } from "./configuration/arguments.ts";
import { DeadLetter } from "./topics/dead-letters.ts";
import { allowPublishers, EventTopic } from "./topics/event-topic.ts";
import { createFoundation } from "./push-function/foundation.ts";
import { createMessageImporter, createObjectImporter } from "./push-function/importers.ts";
import { allowUploaders, LandingBucket } from "./buckets/landing-bucket.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { createNames, monitoredNames } from "./names.ts";
import { announceObjects } from "./buckets/object-notification.ts";
import { createReceiptsBucket } from "./buckets/receipts-bucket.ts";
import { orRunError } from "./configuration/run-error.ts";

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
  readonly objectsTopic: pulumi.Output<string>;
  readonly deadLetterTopic: pulumi.Output<string>;
  readonly deadLetterSubscription: pulumi.Output<string>;
  readonly receiptsBucket: pulumi.Output<string>;
  readonly importObjectFunction: pulumi.Output<string>;
  readonly importMessagesFunction: pulumi.Output<string>;
  readonly dashboardUrl: pulumi.Output<string>;

  /** @throws pulumi.RunError when a setting is wrong or the transform cannot be bundled, before anything is registered. */
  constructor(name: string, args: MixpanelImportArgs, opts?: pulumi.ComponentResourceOptions) {
    const { warnings, ...resolved } = resolveArgs(args);
    const { settings, project, location } = resolved;
    const bundle = orRunError(() => bundleFunction({ transform: settings.transform }));
    super("mixpanel-gcp:index:MixpanelImport", name, {}, opts);
    for (const warning of warnings) void pulumi.log.warn(warning, this);

    const { labels } = settings;
    const names = createNames(name, pulumi.getStack());
    const bucketName = (suffix?: string) => names.bucketName(project, location, suffix);
    const parent = { parent: this };
    const apis = settings.manageServices ? [new Apis(`${name}-apis`, parent)] : [];
    const afterApis = { ...parent, dependsOn: apis };

    const landing = new LandingBucket(
      `${name}-landing`,
      { bucketName: settings.bucketName || bucketName(), location, settings },
      afterApis,
    );
    const events = new EventTopic(
      `${name}-events`,
      { topicName: names.name("events"), project, existingTopic: settings.existingTopic, labels },
      afterApis,
    );
    const objectsTopic = new gcp.pubsub.Topic(
      `${name}-objects`,
      { name: names.name("objects"), labels },
      afterApis,
    );
    const receipts = createReceiptsBucket(
      `${name}-receipts`,
      { bucketName: bucketName("receipts"), location, labels },
      afterApis,
    );
    const deadLetters = new DeadLetter(
      `${name}-dead-letters`,
      { name: names.name("dead-letters"), retentionDays: settings.deadLetterRetentionDays, labels },
      afterApis,
    );
    const { context, storageAgent } = createFoundation(
      name,
      { ...resolved, names, bundle, deadLetterTopic: deadLetters.topic },
      afterApis,
    );

    const shared = { context, names, settings };
    const afterDeadLetters = { ...parent, dependsOn: [...apis, deadLetters.ready] };
    const importObject = createObjectImporter(
      `${name}-import-object`,
      {
        ...shared,
        topic: objectsTopic.id,
        landingBucket: landing.bucket,
        receiptsBucket: receipts.name,
      },
      afterDeadLetters,
    );
    const importMessages = createMessageImporter(
      `${name}-import-messages`,
      { ...shared, topic: events.topic },
      afterDeadLetters,
    );

    // Only now may anything come in: what comes before its subscription is there is lost.
    const notification = announceObjects(
      name,
      { bucket: landing.bucket, topic: objectsTopic.id, storageAgent },
      { ...parent, dependsOn: importObject.ready },
    );
    if (settings.existingBucket === "")
      allowUploaders(name, landing.bucket, settings.uploaders, {
        ...parent,
        dependsOn: notification,
      });
    if (settings.existingTopic === "")
      allowPublishers(name, events.topic, settings.publishers, {
        ...parent,
        dependsOn: [...importMessages.ready],
      });

    const monitoring = new Monitoring(
      `${name}-monitoring`,
      { names: monitoredNames(names), project, alertEmail: settings.alertEmail, labels },
      afterApis,
    );

    this.bucketUrl = after([notification], pulumi.interpolate`gs://${landing.bucket}`);
    this.eventsTopic = after(importMessages.ready, events.topic);
    this.objectsTopic = objectsTopic.id;
    this.deadLetterTopic = deadLetters.topic;
    this.deadLetterSubscription = deadLetters.subscription;
    this.receiptsBucket = receipts.name;
    this.importObjectFunction = importObject.functionName;
    this.importMessagesFunction = importMessages.functionName;
    this.dashboardUrl = monitoring.dashboardUrl;
    this.registerOutputs({
      bucketUrl: this.bucketUrl,
      eventsTopic: this.eventsTopic,
      objectsTopic: this.objectsTopic,
      deadLetterTopic: this.deadLetterTopic,
      deadLetterSubscription: this.deadLetterSubscription,
      receiptsBucket: this.receiptsBucket,
      importObjectFunction: this.importObjectFunction,
      importMessagesFunction: this.importMessagesFunction,
      dashboardUrl: this.dashboardUrl,
    });
  }
}

/** `value`, known only once `resources` are there. */
function after(
  resources: readonly pulumi.Resource[],
  value: pulumi.Output<string>,
): pulumi.Output<string> {
  const urns = resources.map(({ urn }) => urn);
  return pulumi.all([value, pulumi.all(urns)]).apply(([known]) => known);
}
