import type http from "node:http";

import { type Caller, OWNER } from "../caller.ts";
import { readBody, type RequestHandler, sendJson } from "../http-server.ts";
import { parseJson } from "../json.ts";
import type { Broker } from "./broker.ts";
import type { JsonFields } from "./json-fields.ts";
import { readFields } from "./json-fields.ts";
import { MAX_PUBLISH_BYTES, payloadTooLarge } from "./message.ts";
import { checkPermissions } from "./rest-permissions.ts";
import { restTarget } from "./rest-target.ts";
import { errorBody, ServiceError } from "./service-error.ts";
import { parseSubscription, subscriptionResource } from "./subscription-resource.ts";

/** How long a pull waits for a first message; the service waits up to 90 s. */
const PULL_WAIT_MS = 5000;
const PULL_POLL_MS = 20;

/**
 * A body too large is read to its end all the same, or the sender would see a broken connection,
 * not the response.
 */
const MAX_READ_BYTES = 10 * MAX_PUBLISH_BYTES;

/** @param isGone tells whether nobody waits for the response any more */
type Operation = (
  name: string,
  fields: JsonFields,
  isGone: () => boolean,
) => object | Promise<object>;

/**
 * Pub/Sub's REST interface (https://cloud.google.com/pubsub/docs/reference/rest) in front of a
 * broker: what our functions, `gcloud pubsub` and plain HTTP need, for somebody who may do
 * everything unless it is said who asks.
 */
export function createRestApi(broker: Broker, caller: Caller = OWNER): RequestHandler {
  const operations = listOperations(broker);

  return async (request, response) => {
    try {
      const { method, operation, name } = findOperation(operations, request);
      const fields = readFields(await readJson(request));
      checkPermissions(caller, method, name, fields);
      const isGone = (): boolean => request.socket.destroyed;
      sendJson(response, 200, await operation(name, fields, isGone));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      sendJson(response, error.status, errorBody(error));
    }
  };
}

/** Keys are the method, the collection, and the custom verb after the colon or `list`. */
function listOperations(broker: Broker): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ...topicOperations(broker),
    ...subscriptionOperations(broker),
    ...deliveryOperations(broker),
  ]);
}

function topicOperations(broker: Broker): [string, Operation][] {
  return [
    [
      "PUT topics",
      (name) => {
        broker.createTopic(name);
        return { name };
      },
    ],
    [
      "GET topics",
      (name) => {
        if (broker.hasTopic(name)) return { name };
        throw notFound(name);
      },
    ],
    [
      "GET topics list",
      (parent) => ({
        topics: ofParent(broker.topicNames(), parent).map((name) => ({ name })),
      }),
    ],
    [
      "POST topics publish",
      (name, fields) => {
        const messages = fields.list("messages").map((message) => ({
          data: message.text("data"),
          attributes: message.textMap("attributes"),
        }));
        return { messageIds: broker.publish(name, messages) };
      },
    ],
  ];
}

function subscriptionOperations(broker: Broker): [string, Operation][] {
  const describe = (name: string): object => subscriptionResource(broker.subscription(name));
  return [
    [
      "PUT subscriptions",
      (name, fields) => {
        broker.createSubscription(parseSubscription(name, fields));
        return describe(name);
      },
    ],
    ["GET subscriptions", describe],
    [
      "GET subscriptions list",
      (parent) => ({ subscriptions: ofParent(broker.subscriptionNames(), parent).map(describe) }),
    ],
    [
      "POST subscriptions modifyPushConfig",
      (name, fields) => {
        const endpoint = fields.object("pushConfig")?.text("pushEndpoint") ?? "";
        broker.setPushEndpoint(name, endpoint);
        return {};
      },
    ],
  ];
}

function deliveryOperations(broker: Broker): [string, Operation][] {
  return [
    [
      "POST subscriptions pull",
      async (name, fields, isGone) => {
        const maxMessages = fields.number("maxMessages") ?? 0;
        if (maxMessages < 1)
          throw new ServiceError("INVALID_ARGUMENT", "maxMessages must be at least 1.");
        const waitMs = fields.flag("returnImmediately") ? 0 : PULL_WAIT_MS;
        const receivedMessages = await pullWithin({ broker, name, maxMessages, waitMs, isGone });
        return receivedMessages.length === 0 ? {} : { receivedMessages };
      },
    ],
    [
      "POST subscriptions acknowledge",
      (name, fields) => {
        broker.acknowledge(name, fields.texts("ackIds"));
        return {};
      },
    ],
    [
      "POST subscriptions modifyAckDeadline",
      (name, fields) => {
        const seconds = fields.number("ackDeadlineSeconds") ?? 0;
        if (seconds < 0 || seconds > 600)
          throw new ServiceError("INVALID_ARGUMENT", "ackDeadlineSeconds must be 0 to 600.");
        broker.modifyAckDeadline(name, fields.texts("ackIds"), seconds);
        return {};
      },
    ],
  ];
}

interface Pull {
  readonly broker: Broker;
  readonly name: string;
  readonly maxMessages: number;
  readonly waitMs: number;
  readonly isGone: () => boolean;
}

async function pullWithin({ broker, name, maxMessages, waitMs, isGone }: Pull) {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    // What is given to somebody who has hung up is kept from all others until its deadline.
    if (isGone()) return [];
    const received = broker.pull(name, maxMessages);
    if (received.length > 0 || performance.now() >= giveUpAt) return received;
    await new Promise((resolve) => setTimeout(resolve, PULL_POLL_MS));
  }
}

function findOperation(
  operations: ReadonlyMap<string, Operation>,
  request: http.IncomingMessage,
): { method: string; operation: Operation; name: string } {
  const { method, name } = restTarget(request);
  const operation = operations.get(method);
  if (operation !== undefined) return { method, operation, name };
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  throw new ServiceError("NOT_FOUND", `No such method here: ${request.method ?? ""} ${pathname}`);
}

async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const body = await readBody(request, MAX_READ_BYTES);
  if (body.length > MAX_PUBLISH_BYTES) throw payloadTooLarge();
  if (body.length === 0) return {};
  return parseJson(
    body.toString("utf8"),
    () => new ServiceError("INVALID_ARGUMENT", "Invalid JSON payload received."),
  );
}

function ofParent(names: readonly string[], parent: string): string[] {
  return names.filter((name) => name.startsWith(`${parent}/`));
}

function notFound(name: string): ServiceError {
  return new ServiceError("NOT_FOUND", `Resource not found (resource=${name}).`);
}
