import type { IncomingMessage, ServerResponse } from "node:http";

import { readBody } from "../../http-server.ts";
import { createPushAgent, postPush } from "../push-request.ts";
import { createPushToken } from "../push-token.ts";
import type { PushIdentity } from "../subscription-settings.ts";
import type { MessageLedger } from "./message-ledger.ts";

/** Where a subscription's messages go to, and who counts them. */
export interface PushTarget {
  readonly endpoint: string;
  /** Who its messages are posted as; the emulator itself sends no token. */
  readonly identity: PushIdentity | undefined;
  readonly ledger: MessageLedger;
  /** Most requests at once; the emulator itself makes no more than two. */
  readonly maxOutstanding: number;
}

/** 10 MiB of data as base64, with its attributes and the envelope. */
const MAX_PUSH_BYTES = 16 * 1024 * 1024;
const PUSH_PATH = "/push/";

/** The path that the emulator pushes a subscription's messages to. */
export function pushPath(subscription: string): string {
  return `${PUSH_PATH}${subscription}`;
}

/**
 * Passes the emulator's push requests on to the functions, with the identity token that the service
 * would send with them, and notes in the ledger how each ended. The response is 204 for an
 * acknowledgement, whatever the endpoint's was: the emulator takes another set of statuses for one
 * than the service (https://cloud.google.com/pubsub/docs/push#receive_push).
 */
export function createPushRelay(targetOf: (subscription: string) => PushTarget | undefined) {
  const agent = createPushAgent();
  const turns = new Map<string, ReturnType<typeof createTurns>>();

  const inTurn = (subscription: string, { maxOutstanding }: PushTarget) => {
    const known = turns.get(subscription) ?? createTurns(maxOutstanding);
    turns.set(subscription, known);
    return known;
  };

  const relay = async (
    subscription: string,
    target: PushTarget,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<number> => {
    const messageId = messageIdOf(body);
    target.ledger.delivered(messageId);
    const { take, give } = inTurn(subscription, target);
    await take();
    const text = body.toString("utf8");
    const response = await postPush(target.endpoint, text, {
      agent,
      signal,
      ...(target.identity && { token: createPushToken(target.identity) }),
    }).finally(give);
    if (response.acknowledged) target.ledger.acknowledged(messageId);
    else target.ledger.refused(messageId, response);
    if (response.acknowledged) return 204;
    return response.status === 0 ? 502 : response.status;
  };

  return {
    isPush: (path: string): boolean => path.startsWith(PUSH_PATH),
    handle: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const subscription = (request.url ?? "").slice(PUSH_PATH.length);
      const target = targetOf(subscription);
      const body = await readBody(request, MAX_PUSH_BYTES);
      const controller = new AbortController();
      // The emulator stops waiting at the ack deadline; a late response acknowledges nothing.
      response.once("close", () => {
        controller.abort();
      });
      const status =
        target === undefined ? 404 : await relay(subscription, target, body, controller.signal);
      response.writeHead(status).end();
    },
    close: (): void => {
      agent.destroy();
    },
  };
}

function messageIdOf(body: Buffer): string {
  // A push envelope: https://cloud.google.com/pubsub/docs/push#receive_push.
  const { message } = JSON.parse(body.toString("utf8")) as { message?: { messageId?: string } };
  return message?.messageId ?? "";
}

/**
 * Lets `limit` at once through; the others wait in order. There are as many as the emulator has
 * requests open.
 */
function createTurns(limit: number) {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    take: async (): Promise<void> => {
      if (taken < limit) taken += 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give: (): void => {
      const next = waiting.shift();
      if (next) next();
      else taken -= 1;
    },
  };
}
