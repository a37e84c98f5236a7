import { ServiceError } from "./service-error.ts";

/** A message as a publisher gives it. */
export interface MessageInput {
  /** base64 */
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * A message as Pub/Sub keeps it
 * (https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage).
 */
export interface Message {
  /** base64; "" when the message has attributes only. */
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  /** RFC 3339. */
  readonly publishTime: string;
}

/** https://cloud.google.com/pubsub/quotas#resource_limits. */
const MAX_MESSAGES_PER_PUBLISH = 1000;
export const MAX_PUBLISH_BYTES = 10_485_760;
const MAX_ATTRIBUTES = 100;
const MAX_ATTRIBUTE_KEY_BYTES = 256;
const MAX_ATTRIBUTE_VALUE_BYTES = 1024;

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Refuses what the service refuses: https://cloud.google.com/pubsub/docs/publisher and the limits
 * above.
 *
 * @throws ServiceError INVALID_ARGUMENT
 */
export function checkPublish(messages: readonly MessageInput[]): void {
  if (messages.length === 0) throw invalid("A publish request must hold at least one message.");
  if (messages.length > MAX_MESSAGES_PER_PUBLISH)
    throw invalid(
      `The value for message_count is too large. You passed ${messages.length} in the request, but the maximum value is ${MAX_MESSAGES_PER_PUBLISH}.`,
    );
  messages.forEach(checkMessage);
  const bytes = messages.reduce((sum, message) => sum + decodedBytes(message), 0);
  if (bytes > MAX_PUBLISH_BYTES) throw payloadTooLarge();
}

/** The refusal of a publish request over 10 MiB. */
export function payloadTooLarge(): ServiceError {
  return invalid(`Request payload size exceeds the limit: ${MAX_PUBLISH_BYTES} bytes.`);
}

/** What a message occupies here, in bytes: its base64 text and its attributes. */
export function storedBytes({ data, attributes }: Message): number {
  return data.length + attributeBytes(attributes);
}

function checkMessage({ data = "", attributes = {} }: MessageInput): void {
  const entries = Object.entries(attributes);
  if (data === "" && entries.length === 0)
    throw invalid("Some messages in the batch are empty: data or attributes must be given.");
  if (!BASE64.test(data)) throw invalid("Invalid value at 'messages.data': not base64.");
  if (entries.length > MAX_ATTRIBUTES)
    throw invalid(`A message may have at most ${MAX_ATTRIBUTES} attributes.`);
  for (const [key, value] of entries) checkAttribute(key, value);
}

function checkAttribute(key: string, value: string): void {
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes === 0 || keyBytes > MAX_ATTRIBUTE_KEY_BYTES)
    throw invalid(`An attribute's key must have 1 to ${MAX_ATTRIBUTE_KEY_BYTES} bytes.`);
  if (/^goog/i.test(key)) throw invalid(`An attribute's key must not begin with goog.`);
  if (Buffer.byteLength(value) > MAX_ATTRIBUTE_VALUE_BYTES)
    throw invalid(`An attribute's value may have at most ${MAX_ATTRIBUTE_VALUE_BYTES} bytes.`);
}

function decodedBytes({ data = "", attributes = {} }: MessageInput): number {
  return Math.floor((data.length * 3) / 4) + attributeBytes(attributes);
}

function attributeBytes(attributes: Readonly<Record<string, string>>): number {
  return Object.entries(attributes).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
}

function invalid(message: string): ServiceError {
  return new ServiceError("INVALID_ARGUMENT", message);
}
