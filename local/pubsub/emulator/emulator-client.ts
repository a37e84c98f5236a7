import { UserError } from "../../../functions/platform/user-error.ts";
import type { MessageInput } from "../message.ts";
import type { ReceivedMessage } from "../broker.ts";

/**
 * The few calls of the emulator's REST interface that are needed here. @throws UserError when it is
 * gone
 */
export interface EmulatorClient {
  /** Creates a topic or a subscription, by its full name. @throws Error when it is refused */
  create(name: string, resource?: object): Promise<void>;
  /** Returns the message ids, in order. @throws Error when it is refused */
  publish(topic: string, messages: readonly MessageInput[]): Promise<string[]>;
  /** Waits until there are messages; returns none when the emulator has had enough of waiting. */
  pull(subscription: string, maxMessages: number): Promise<ReceivedMessage[]>;
  acknowledge(subscription: string, ackIds: readonly string[]): Promise<void>;
}

const MAX_ERROR_CHARACTERS = 500;

/**
 * Speaks with the emulator: https://cloud.google.com/pubsub/docs/reference/rest.
 *
 * @param host `127.0.0.1:PORT`
 * @param signal ends requests that are under way
 */
export function createEmulatorClient(host: string, signal: AbortSignal): EmulatorClient {
  const call = async (method: string, resource: string, body: object): Promise<unknown> => {
    const response = await fetch(`http://${host}/v1/${resource}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    }).catch(() => {
      throw new UserError("Google's Pub/Sub emulator does not respond: it has ended.");
    });
    if (response.ok) return await response.json();
    const text = (await response.text()).slice(0, MAX_ERROR_CHARACTERS);
    throw new Error(`Google's emulator refused ${resource}: ${response.status} ${text}`);
  };
  return {
    create: async (name, resource = {}) => {
      await call("PUT", name, resource);
    },
    publish: async (topic, messages) =>
      readMessageIds(await call("POST", `${topic}:publish`, { messages })),
    pull: async (subscription, maxMessages) =>
      readReceived(await call("POST", `${subscription}:pull`, { maxMessages })),
    acknowledge: async (subscription, ackIds) => {
      await call("POST", `${subscription}:acknowledge`, { ackIds });
    },
  };
}

/** The ids in the response to a publish request. */
export function readMessageIds(response: unknown): string[] {
  // The emulator's responses are Google's REST resources; nothing else is read of them.
  const { messageIds = [] } = response as { messageIds?: string[] };
  return messageIds;
}

function readReceived(response: unknown): ReceivedMessage[] {
  const { receivedMessages = [] } = response as {
    receivedMessages?: {
      ackId: string;
      message: Partial<ReceivedMessage["message"]>;
    }[];
  };
  return receivedMessages.map(({ ackId, message }) => {
    const { data = "", attributes = {}, messageId = "", publishTime = "" } = message;
    return { ackId, message: { data, attributes, messageId, publishTime } };
  });
}
