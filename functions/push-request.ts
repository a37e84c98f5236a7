/** A message as Pub/Sub pushes it. */
export interface PushedMessage {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageId: string;
  /** RFC 3339. */
  readonly publishTime: string;
  /** `projects/P/subscriptions/S`. */
  readonly subscription: string;
}

/** What a handler answers: 204 = done with the message, anything else = redeliver it. `text` says why, without data. */
export interface HandlerAnswer {
  readonly status: 204 | 400 | 405 | 429 | 500 | 503;
  readonly text: string;
}

/** What of a request the handlers use; Express' request has it. */
export interface PushRequest {
  readonly method?: string | undefined;
  body?: unknown;
  rawBody?: Buffer;
}

/** What of a response the handlers use; Express' response has it. */
export interface PushResponse {
  status(code: number): this;
  send(body?: string): unknown;
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Takes apart the envelope that Pub/Sub wraps around a pushed message
 * (https://cloud.google.com/pubsub/docs/push#receive_push); undefined when the body is none.
 */
export function parsePushRequest(body: unknown): PushedMessage | undefined {
  if (!isObject(body) || !isObject(body["message"])) return undefined;
  const { data = "", attributes = {}, messageId, message_id, publishTime } = body["message"];
  const { subscription } = body;
  if (typeof data !== "string" || !BASE64.test(data)) return undefined;
  if (!isObject(attributes)) return undefined;
  return {
    data: Buffer.from(data, "base64"),
    attributes: textsIn(attributes),
    messageId: text(messageId) || text(message_id),
    publishTime: text(publishTime) || text(body["message"]["publish_time"]),
    subscription: text(subscription),
  };
}

function textsIn(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, text(value)]));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
