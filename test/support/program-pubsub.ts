import { CLOUD_NAMES, DEAD_LETTER_REPORT } from "../../local/cloud-names.ts";
import { DEFAULT_PROGRAM, LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import type { CloudPubSub } from "../../local/pubsub/cloud-pubsub.ts";
import { readFields } from "../../local/pubsub/json-fields.ts";
import type { SubscriptionSettings } from "../../local/pubsub/pubsub-server.ts";
import { parseSubscription } from "../../local/pubsub/subscription-resource.ts";

const { project } = LOCAL_PROJECT;

/**
 * The program's topics and subscriptions, and nobody behind them: what it pushes goes to
 * `pushEndpoint`, or waits to be pulled when that is "".
 */
export async function createProgramPubSub(
  pubsub: CloudPubSub,
  pushEndpoint: string,
): Promise<void> {
  for (const { type, inputs } of DEFAULT_PROGRAM.resources)
    if (type === "gcp:pubsub/topic:Topic")
      await pubsub.createTopic(`projects/${project}/topics/${String(inputs["name"])}`);
  const { objectsSubscription, eventsSubscription, deadLetterSubscription } = CLOUD_NAMES;
  for (const name of [objectsSubscription, eventsSubscription])
    await pubsub.createSubscription({ ...programSubscription(name), pushEndpoint });
  const pulled = { isPulledElsewhere: true } as const;
  await pubsub.createSubscription({ ...programSubscription(deadLetterSubscription), ...pulled });
  await pubsub.createSubscription({
    name: DEAD_LETTER_REPORT,
    topic: CLOUD_NAMES.deadLetterTopic,
    ackDeadlineSeconds: 600,
  });
}

/** One of its subscriptions, by full name, as one that nothing is pushed from. */
export function programSubscription(name: string): SubscriptionSettings {
  const found = DEFAULT_PROGRAM.resources.find(
    ({ type, inputs }) =>
      type === "gcp:pubsub/subscription:Subscription" &&
      name === `projects/${project}/subscriptions/${String(inputs["name"])}`,
  );
  if (found === undefined) throw new Error(`The program has no subscription ${name}.`);
  // Its inputs are called as the fields of the REST interface.
  return parseSubscription(name, readFields({ ...found.inputs, pushConfig: {} }));
}
