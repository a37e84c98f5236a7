import { isObject } from "../../functions/platform/json.ts";
import { UnavailableError } from "../../functions/platform/errors.ts";
import type { Connection } from "../stack/connect.ts";

/** A message as it is pulled. */
export interface PulledMessage {
  /** Of this delivery: what acknowledges it. */
  readonly ackId: string;
  readonly messageId: string;
  /** RFC 3339; "" when Pub/Sub does not say. */
  readonly publishTime: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A pull subscription, over Pub/Sub's REST interface. All throw RefusedError, UnavailableError. */
export interface Subscriber {
  /**
   * At most `maxMessages` (1 to 1,000) that are there; few or none do not mean that there are no
   * more (https://cloud.google.com/pubsub/docs/pull#unary_pull).
   *
   * @param waits for a first message, for as long as Pub/Sub likes (up to 90 s), or responds at
   *   once, which finds fewer. @default "waits"
   */
  pull(maxMessages: number, waits?: "waits" | "at once"): Promise<readonly PulledMessage[]>;
  /** What is acknowledged is gone; an ack id whose deadline has passed may come again. */
  acknowledge(ackIds: readonly string[]): Promise<void>;
  /** 0: delivers them again at once. At most 600. */
  modifyAckDeadline(ackIds: readonly string[], seconds: number): Promise<void>;
}

/** https://cloud.google.com/pubsub/quotas#resource_limits: 512 KiB a request; an id has ~200 B. */
const MAX_ACK_IDS = 1000;

/** @param subscription `projects/P/subscriptions/S` */
export function createSubscriber(
  { rest, google }: Pick<Connection, "rest" | "google">,
  subscription: string,
): Subscriber {
  const url = `${google.pubsubUrl}/v1/${subscription}`;
  const inChunks = async (ackIds: readonly string[], send: (ids: string[]) => Promise<unknown>) => {
    for (let start = 0; start < ackIds.length; start += MAX_ACK_IDS)
      await send(ackIds.slice(start, start + MAX_ACK_IDS));
  };
  return {
    pull: async (maxMessages, waits = "waits") => {
      const what = `pulling from ${subscription}`;
      const body = await rest.post(what, `${url}:pull`, {
        maxMessages,
        ...(waits === "at once" && { returnImmediately: true }),
      });
      const received = body["receivedMessages"] ?? [];
      if (!Array.isArray(received)) throw new UnavailableError(`${what}: no list of messages`);
      return received.map((one: unknown) => readMessage(one, what));
    },
    acknowledge: (ackIds) =>
      inChunks(ackIds, (ids) =>
        rest.post(`acknowledging at ${subscription}`, `${url}:acknowledge`, { ackIds: ids }),
      ),
    modifyAckDeadline: (ackIds, ackDeadlineSeconds) =>
      inChunks(ackIds, (ids) =>
        rest.post(`extending deadlines at ${subscription}`, `${url}:modifyAckDeadline`, {
          ackIds: ids,
          ackDeadlineSeconds,
        }),
      ),
  };
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
function readMessage(received: unknown, what: string): PulledMessage {
  const { ackId, message } = isObject(received) ? received : {};
  if (typeof ackId !== "string" || !isObject(message))
    throw new UnavailableError(`${what}: a message without an ack id`);
  const { data, messageId, publishTime, attributes } = message;
  if (typeof messageId !== "string") throw new UnavailableError(`${what}: a message without an id`);
  return {
    ackId,
    messageId,
    publishTime: typeof publishTime === "string" ? publishTime : "",
    data: Buffer.from(typeof data === "string" ? data : "", "base64"),
    attributes: textsOf(attributes),
  };
}

function textsOf(attributes: unknown): Readonly<Record<string, string>> {
  if (!isObject(attributes)) return {};
  // A prototype of its own: attributes may have any name.
  const texts = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(attributes))
    if (typeof value === "string") texts[key] = value;
  return texts;
}
