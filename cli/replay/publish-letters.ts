import { createBatchingPublisher } from "../../functions/google/batching-publisher.ts";
import { MessageTooLargeError, type OutgoingMessage } from "../../functions/google/publisher.ts";
import { CredentialsError, messageOf, UnavailableError } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { operatorDeadline } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";

/**
 * Publishes messages; done when Pub/Sub has given each an id. Returns why not when Pub/Sub does not
 * take them as they are: the next attempt would fail in the same way.
 *
 * @throws UserError without the permission; UnavailableError
 */
export type PublishLetters = (
  topic: string,
  messages: readonly OutgoingMessage[],
) => Promise<string | undefined>;

/** Of what a message holds its attributes may be what is too much. */
export const TOO_LARGE =
  "too large for a message: save it with --to, make it smaller, send it with --from";
const PUBLISH_MS = 60_000;

/** Messages that are published at the same moment share requests. */
export function createPublishLetters({ publish, signal }: Connection): PublishLetters {
  const publishTogether = createBatchingPublisher(publish);
  return async (topic, messages) => {
    if (messages.length === 0) return undefined;
    try {
      await publishTogether(topic, messages, operatorDeadline(signal, PUBLISH_MS));
      return undefined;
    } catch (error) {
      if (error instanceof CredentialsError)
        throw new UserError(
          `${messageOf(error)}.\nTo send there takes the role roles/pubsub.publisher on the topic.`,
        );
      if (error instanceof MessageTooLargeError) return TOO_LARGE;
      const isRefused =
        error instanceof UnavailableError && (error.status === 400 || error.status === 413);
      if (!isRefused) throw error;
      return `Pub/Sub does not take it (${error.status})`;
    }
  };
}
