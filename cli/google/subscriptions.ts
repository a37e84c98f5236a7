import { isObject } from "../../functions/platform/json.ts";
import type { Connection } from "../stack/connect.ts";

/** A subscription as it is set up (a part of
 * https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions). */
export interface SubscriptionResource {
  /** `projects/P/subscriptions/S` */
  readonly name: string;
  /** `projects/P/topics/T`; `_deleted-topic_` when that is gone. */
  readonly topic: string;
  /** "" = nothing is pushed: paused. */
  readonly pushEndpoint: string;
  /** `projects/P/topics/T`; "" without a policy. */
  readonly deadLetterTopic: string;
  /** `ACTIVE`, or why not; "" when Pub/Sub does not say. */
  readonly state: string;
  /**
   * Of attributes; "" = none (https://cloud.google.com/pubsub/docs/subscription-message-filter).
   */
  readonly filter: string;
  /**
   * It keeps nothing any more
   * (https://cloud.google.com/pubsub/docs/detach-subscriptions).
   */
  readonly isDetached: boolean;
  /** To BigQuery or Cloud Storage: nothing is pushed, and nothing can be pulled. */
  readonly isExported: boolean;
}

/** The subscriptions of a stack; undefined: there is none. */
export interface StackSubscriptions {
  readonly objects: SubscriptionResource | undefined;
  readonly events: SubscriptionResource | undefined;
  readonly deadLetters: SubscriptionResource | undefined;
}

const PAGE_SIZE = 1000;

/**
 * Finds a stack's subscriptions among those of its project: the push subscriptions are those that
 * give up into the stack's dead-letter topic, so another reader of the same topic is none of them.
 *
 * @throws RefusedError, UnavailableError
 */
export async function findSubscriptions(connection: Connection): Promise<StackSubscriptions> {
  const { objectsTopic, eventsTopic, deadLetterTopic, deadLetterSubscription } = connection.stack;
  let found: StackSubscriptions = { objects: undefined, events: undefined, deadLetters: undefined };
  for await (const subscription of subscriptionsOf(connection)) {
    const isOwn = subscription.deadLetterTopic === deadLetterTopic;
    if (isOwn && subscription.topic === objectsTopic) found = { ...found, objects: subscription };
    if (isOwn && subscription.topic === eventsTopic) found = { ...found, events: subscription };
    if (subscription.name === deadLetterSubscription)
      found = { ...found, deadLetters: subscription };
  }
  return found;
}

async function* subscriptionsOf({
  stack,
  google,
  rest,
}: Connection): AsyncGenerator<SubscriptionResource> {
  const base = `${google.pubsubUrl}/v1/projects/${stack.project}/subscriptions`;
  let pageToken = "";
  do {
    const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), pageToken });
    const page = await rest.get("listing subscriptions", `${base}?${query.toString()}`);
    const { subscriptions = [], nextPageToken } = page;
    for (const subscription of Array.isArray(subscriptions) ? subscriptions : [])
      if (isObject(subscription)) yield readSubscription(subscription);
    pageToken = textOf(nextPageToken);
  } while (pageToken !== "");
}

function readSubscription(resource: Readonly<Record<string, unknown>>): SubscriptionResource {
  const { name, topic, pushConfig, deadLetterPolicy, state, filter } = resource;
  return {
    name: textOf(name),
    topic: textOf(topic),
    pushEndpoint: isObject(pushConfig) ? textOf(pushConfig["pushEndpoint"]) : "",
    deadLetterTopic: isObject(deadLetterPolicy) ? textOf(deadLetterPolicy["deadLetterTopic"]) : "",
    state: textOf(state),
    filter: textOf(filter),
    isDetached: resource["detached"] === true,
    isExported: isObject(resource["bigqueryConfig"]) || isObject(resource["cloudStorageConfig"]),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
