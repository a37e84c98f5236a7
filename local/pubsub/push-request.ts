import http from "node:http";

import type { Lease } from "./subscription.ts";

/** How an endpoint responded to a push request. */
export interface PushResponse {
  readonly acknowledged: boolean;
  /** HTTP status; 0 when there was no response. */
  readonly status: number;
  /** The response's body, or the error; at most 1,000 characters. */
  readonly text: string;
}

/**
 * "Pub/Sub interprets these status codes as acknowledgements":
 * https://cloud.google.com/pubsub/docs/push#receive_push.
 */
const ACKNOWLEDGING = new Set([102, 200, 201, 202, 204]);
const MAX_RESPONSE_CHARACTERS = 1000;

/**
 * Keeps connections open between deliveries: one per request would exhaust the local ports of a
 * fast run.
 */
export function createPushAgent(): http.Agent {
  return new http.Agent({ keepAlive: true, maxFreeSockets: 256 });
}

/**
 * The body of a push request. As the service does, it leaves out empty data, empty attributes, and
 * the delivery attempt when the subscription has no dead-letter policy
 * (https://cloud.google.com/pubsub/docs/push#receive_push,
 * https://cloud.google.com/pubsub/docs/handling-failures#track_delivery_attempts).
 */
export function pushEnvelope(lease: Lease, subscription: string, withAttempt: boolean): string {
  const { data, attributes, messageId, publishTime } = lease.message;
  return JSON.stringify({
    message: {
      ...(Object.keys(attributes).length > 0 && { attributes }),
      ...(data !== "" && { data }),
      messageId,
      message_id: messageId,
      publishTime,
      publish_time: publishTime,
    },
    subscription,
    ...(withAttempt && { deliveryAttempt: lease.attempt }),
  });
}

export interface PushRequestOptions {
  readonly agent: http.Agent;
  readonly signal: AbortSignal;
  /** Identity token of whoever posts. */
  readonly token?: string;
}

/**
 * Posts one message and waits for the response, as long as it takes: `signal` ends it at the ack
 * deadline. Never rejects: a connection that fails is a response too, without status.
 */
export function postPush(
  endpoint: string,
  body: string,
  { agent, signal, token }: PushRequestOptions,
): Promise<PushResponse> {
  return new Promise((resolve) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": "CloudPubSub-Google",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const request = http.request(endpoint, { method: "POST", headers, agent, signal });
    request.on("information", ({ statusCode }) => {
      // 102 is an acknowledgement by itself; the final response that follows it changes nothing.
      if (statusCode === 102) resolve({ acknowledged: true, status: 102, text: "" });
    });
    request.on("response", (response) => {
      readResponse(response).then(resolve, (error: unknown) => {
        resolve({ acknowledged: false, status: 0, text: String(error) });
      });
    });
    request.on("error", (error) => {
      resolve({ acknowledged: false, status: 0, text: error.message });
    });
    request.end(body);
  });
}

async function readResponse(response: http.IncomingMessage): Promise<PushResponse> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response as AsyncIterable<string>) {
    if (text.length < MAX_RESPONSE_CHARACTERS) text += chunk;
  }
  const status = response.statusCode ?? 0;
  return {
    acknowledged: ACKNOWLEDGING.has(status),
    status,
    text: text.slice(0, MAX_RESPONSE_CHARACTERS),
  };
}
