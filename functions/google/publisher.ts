import { CredentialsError, UnavailableError } from "../platform/errors.ts";
import type { Deadline } from "../platform/deadline.ts";
import type { HttpResponse } from "../http/http-request.ts";
import type { GoogleApi } from "./google-api.ts";

/** A message to publish. */
export interface OutgoingMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Publishes to `topic` (`projects/P/topics/T`). It is done when every message is acknowledged by
 * Pub/Sub.
 */
export type Publish = (
  topic: string,
  messages: readonly OutgoingMessage[],
  deadline: Deadline,
) => Promise<void>;

/**
 * https://cloud.google.com/pubsub/quotas#resource_limits: 1,000 messages and 10 MB a request;
 * base64 adds a third.
 */
export const MAX_MESSAGES = 1000;
export const MAX_ENCODED_BYTES = 9_000_000;
const MAX_RESPONSE_BYTES = 1_000_000;

/** A message that no request has room for: no attempt will ever succeed. */
export class MessageTooLargeError extends UnavailableError {}

/**
 * Publishes by REST
 * (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish): the gRPC client
 * would double the time and the memory an instance takes to start.
 *
 * @throws UnavailableError when it did not work in time, CredentialsError when it is not allowed.
 *   Some of the messages may then have been published: whoever reads the topic has to expect
 *   duplicates.
 */
export function createPublisher(google: GoogleApi): Publish {
  return async (topic, messages, deadline) => {
    const url = `${google.pubsubUrl}/v1/${topic}:publish`;
    for (const { body, count } of requestBodies(messages)) {
      const response = await google.send({
        name: "publishing to Pub/Sub",
        method: "POST",
        url,
        headers: { "Content-Type": "application/json", ...(await google.authorize(url, deadline)) },
        body,
        maxResponseBytes: MAX_RESPONSE_BYTES,
        contradiction: (response) => contradictionIn(response, count),
        deadline,
      });
      if (response.status === 200) continue;
      const error = `publishing to ${topic} answered ${response.status}`;
      if (response.status === 401 || response.status === 403)
        throw new CredentialsError(error, response.status);
      throw new UnavailableError(error, response.status);
    }
  };
}

/** The body of one request, and how many messages are in it. */
interface PublishRequest {
  readonly body: string;
  readonly count: number;
}

/**
 * The messages as JSON, as few requests as the limits allow.
 *
 * @throws MessageTooLargeError at a message that fits no request: what it came from is redelivered
 *   until Pub/Sub itself forwards it to the dead-letter topic
 */
function* requestBodies(messages: readonly OutgoingMessage[]): Generator<PublishRequest> {
  let encoded: string[] = [];
  let bytes = 0;
  for (const { data, attributes } of messages) {
    const message = JSON.stringify({ data: data.toString("base64"), attributes });
    const size = Buffer.byteLength(message) + 1;
    if (size > MAX_ENCODED_BYTES)
      throw new MessageTooLargeError("a message is too large to publish");
    if (encoded.length >= MAX_MESSAGES || bytes + size > MAX_ENCODED_BYTES) {
      yield toRequest(encoded);
      encoded = [];
      bytes = 0;
    }
    encoded.push(message);
    bytes += size;
  }
  if (encoded.length > 0) yield toRequest(encoded);
}

function toRequest(encoded: readonly string[]): PublishRequest {
  return { body: `{"messages":[${encoded.join(",")}]}`, count: encoded.length };
}

/**
 * A message is published when it has an id: a 200 without one for each was not written by Pub/Sub.
 */
function contradictionIn({ status, body }: HttpResponse, count: number): string | undefined {
  if (status !== 200 || messageIdsIn(body) === count) return undefined;
  return "the response does not have an id for each message";
}

/** Different ids of messages in a response; -1 when it is not one of Pub/Sub's. */
function messageIdsIn(body: Buffer): number {
  try {
    const { messageIds } = JSON.parse(body.toString("utf8")) as { messageIds?: unknown };
    if (!Array.isArray(messageIds)) return -1;
    const ids = messageIds.filter((id) => typeof id === "string" && id !== "");
    return ids.length === messageIds.length ? new Set(ids).size : -1;
  } catch {
    return -1;
  }
}
