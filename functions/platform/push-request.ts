import { isObject, parseJson } from "./json.ts";

/** A message as Pub/Sub pushes it. */
export interface PushedMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  /** RFC 3339. */
  readonly publishTime: string;
  /** `projects/P/subscriptions/S`. */
  readonly subscription: string;
  /** How often it was delivered, about; 1 when the subscription does not count. */
  readonly deliveryAttempt: number;
}

/**
 * What a handler responds with: 204 = done with the message, anything else = redeliver it. `text`
 * says why, without data.
 */
export interface HandlerResponse {
  readonly status: 204 | 400 | 405 | 429 | 500 | 503;
  readonly text: string;
}

/** What of a request the handlers use; Express' request has it. */
export interface PushRequest {
  readonly method?: string | undefined;
  body?: unknown;
  rawBody?: Buffer | undefined;
}

/** What of a response the handlers use; Express' response has it. */
export interface PushResponse {
  status(code: number): this;
  send(body?: string): unknown;
}

/**
 * Takes apart the envelope that Pub/Sub wraps around a pushed message
 * (https://cloud.google.com/pubsub/docs/push#receive_push); undefined when the body is not one. The
 * functions framework hands over bytes or text when the content type is not JSON; they are read as
 * JSON too.
 */
export function parsePushRequest(body: unknown): PushedMessage | undefined {
  const envelope = Buffer.isBuffer(body) || typeof body === "string" ? parseJson(body) : body;
  if (!isObject(envelope) || !isObject(envelope["message"])) return undefined;
  const { message, subscription, deliveryAttempt } = envelope;
  const { messageId, message_id, publishTime, publish_time } = message;
  const data = decodeBase64(message["data"] ?? "");
  const attributes = message["attributes"] ?? {};
  if (data === undefined || !isObject(attributes)) return undefined;
  return {
    data,
    attributes: textsIn(attributes),
    messageId: text(messageId) || text(message_id),
    publishTime: text(publishTime) || text(publish_time),
    subscription: text(subscription),
    deliveryAttempt: Number.isSafeInteger(deliveryAttempt) ? Number(deliveryAttempt) : 1,
  };
}

/**
 * Undefined when `value` is not base64 (https://www.rfc-editor.org/rfc/rfc4648); padding may be
 * missing.
 */
function decodeBase64(value: unknown): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const padding = value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0;
  if (padding > 0 && value.length % 4 !== 0) return undefined;
  const letters = value.length - padding;
  if (letters % 4 === 1) return undefined;
  // Buffer passes over what is no letter of base64, so that then there are too few bytes.
  const bytes = Buffer.from(value, "base64");
  return bytes.length === Math.floor((letters * 3) / 4) ? bytes : undefined;
}

function textsIn(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, text(value)]));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
