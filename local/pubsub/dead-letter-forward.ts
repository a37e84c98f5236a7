import type { Message, MessageInput } from "./message.ts";
import { idOf, projectOf } from "./resource-name.ts";

/**
 * The message that Pub/Sub publishes to the dead-letter topic: the original one with where it comes
 * from (https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic).
 *
 * @param subscription full name
 */
export function deadLetterInput(
  message: Message,
  subscription: string,
  attempts: number,
): MessageInput {
  return {
    data: message.data,
    attributes: {
      ...message.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
      CloudPubSubDeadLetterSourceSubscription: idOf(subscription),
      CloudPubSubDeadLetterSourceSubscriptionProject: projectOf(subscription),
      CloudPubSubDeadLetterSourceTopicPublishTime: message.publishTime,
    },
  };
}
