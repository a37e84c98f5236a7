import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import { readFields } from "../pubsub/json-fields.ts";
import { parseSubscription } from "../pubsub/subscription-resource.ts";
import type { PushIdentity, SubscriptionSettings } from "../pubsub/subscription-settings.ts";
import { withDelivery } from "./delivery.ts";
import { requireKey } from "./encryption.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, defineKind, LABELS } from "./kind.ts";
import { requireMember } from "./members.ts";
import type { RunningFunction, Site } from "./site.ts";

const topic = defineKind({
  apis: ["pubsub.googleapis.com"],
  withoutMeaning: {
    labels: LABELS,
    messageStoragePolicy: "messages are in the memory of this machine",
  },
  read: (inputs) => ({ name: inputs.text("name"), key: inputs.optionalText("kmsKeyName") }),
  make: async ({ name, key }, site) => {
    const id = `projects/${site.project}/topics/${name}`;
    requireKey(key, ["pubsub.googleapis.com"], site);
    await site.pubsub.createTopic(id);
    return { id, outputs: {} };
  },
  // A new name is a new topic.
  change: ({ from, to, deployed }, site) => {
    if (from.name !== to.name) return undefined;
    if (from.key !== to.key) requireKey(to.key, ["pubsub.googleapis.com"], site);
    return deployed;
  },
  remove: async (_asked, { pubsub }, { id }) => {
    if (pubsub.hasTopic(id)) await pubsub.deleteTopic(id);
  },
});

const subscription = defineKind({
  apis: ["pubsub.googleapis.com"],
  withoutMeaning: { labels: LABELS },
  read: (inputs) => {
    inputs.only("enableMessageOrdering", false);
    inputs.object("expirationPolicy").only("ttl", "");
    const deadLetters = inputs.optionalObject("deadLetterPolicy");
    if (deadLetters?.text("deadLetterTopic") === inputs.text("topic"))
      deadLetters.refuse("deadLetterTopic", "is the topic whose messages are given up");
    return {
      name: inputs.text("name"),
      fields: {
        topic: inputs.text("topic"),
        ackDeadlineSeconds: inputs.number("ackDeadlineSeconds"),
        messageRetentionDuration: inputs.text("messageRetentionDuration"),
        filter: inputs.optionalText("filter"),
        retryPolicy: inputs.optionalObject("retryPolicy") && retryPolicy(inputs),
        deadLetterPolicy: inputs.optionalObject("deadLetterPolicy") && deadLetterPolicy(inputs),
      },
      push: inputs.optionalObject("pushConfig") && pushConfig(inputs.object("pushConfig")),
    };
  },
  make: async (asked, site) => {
    const settings = settingsOf(asked, site);
    await site.pubsub.createSubscription(settings);
    return { id: settings.name, outputs: {} };
  },
  // As the provider has it: these three replace it, and what it holds is lost.
  change: async ({ from, to, deployed }, site) => {
    const isSame = from.name === to.name && from.fields.topic === to.fields.topic;
    if (!isSame || from.fields.filter !== to.fields.filter) return undefined;
    await site.pubsub.updateSubscription(settingsOf(to, site));
    return deployed;
  },
  remove: async (_asked, { pubsub }, { id }) => {
    if (hasSubscription(pubsub, id)) await pubsub.deleteSubscription(id);
  },
  keepsName: true,
});

function hasSubscription(pubsub: CloudPubSub, name: string): boolean {
  try {
    pubsub.stats(name);
    return true;
  } catch {
    return false;
  }
}

interface AskedSubscription {
  readonly name: string;
  /** As of the REST interface. */
  readonly fields: object;
  readonly push: ReturnType<typeof pushConfig> | undefined;
}

function settingsOf({ name, fields, push }: AskedSubscription, site: Site): SubscriptionSettings {
  const id = `projects/${site.project}/subscriptions/${name}`;
  const registered = parseSubscription(id, readFields(fields));
  if (push === undefined)
    return { ...registered, ...(site.isPulledElsewhere && { isPulledElsewhere: true }) };
  requireMember(`serviceAccount:${push.identity.serviceAccountEmail}`, site);
  const { front, entryPoint } = functionAt(push.endpoint, site);
  const pushed = { ...registered, pushEndpoint: front.url, pushIdentity: push.identity };
  return withDelivery(pushed, site.delivery[entryPoint]);
}

function retryPolicy(inputs: Inputs) {
  const policy = inputs.object("retryPolicy");
  return {
    minimumBackoff: policy.text("minimumBackoff"),
    maximumBackoff: policy.text("maximumBackoff"),
  };
}

function deadLetterPolicy(inputs: Inputs) {
  const policy = inputs.object("deadLetterPolicy");
  return {
    deadLetterTopic: policy.text("deadLetterTopic"),
    maxDeliveryAttempts: policy.number("maxDeliveryAttempts"),
  };
}

function pushConfig(inputs: Inputs): { endpoint: string; identity: PushIdentity } {
  // The one form of messages that the local Pub/Sub sends.
  inputs.optionalObject("attributes")?.only("x-goog-version", "v1");
  const token = inputs.object("oidcToken");
  return {
    endpoint: inputs.text("pushEndpoint"),
    identity: {
      serviceAccountEmail: token.text("serviceAccountEmail"),
      audience: token.text("audience"),
    },
  };
}

/** The function with this address, which is somewhere else really. */
function functionAt(uri: string, { functions }: Site): RunningFunction {
  const found = [...functions.values()].find((one) => one.uri === uri);
  if (found !== undefined) return found;
  throw new Error(`Nothing here answers at ${uri}.`);
}

export const PUBSUB_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:pubsub/topic:Topic": topic,
  "gcp:pubsub/subscription:Subscription": subscription,
};
