import { isRetryable } from "../../functions/platform/errors.ts";
import { readBacklogs, type Backlog } from "../google/backlog.ts";
import { RefusedError } from "../google/rest.ts";
import { findSubscriptions, type SubscriptionResource } from "../google/subscriptions.ts";
import type { Connection } from "../stack/connect.ts";

/** What waits in a subscription, and whether it goes on by itself. */
export interface WaitingMessages {
  /** `paused`: nothing is pushed. `missing`: there is no such subscription. */
  readonly delivery: "pushed" | "pulled" | "paused" | "missing";
  /** Minutes old; undefined: not known. */
  readonly messages: number | undefined;
  readonly oldestSeconds: number | undefined;
}

/** The subscriptions of a stack, by what comes through them. */
export interface StackBacklog {
  readonly objects: WaitingMessages;
  readonly events: WaitingMessages;
  readonly deadLetters: WaitingMessages;
}

/** A value, or why it cannot be had: the rest is worth showing without it. */
export type Attempted<T> = { readonly value: T } | { readonly problem: string };

/** What waits where; a refusal or an outage is told, not thrown. */
export function readBacklog(connection: Connection): Promise<Attempted<StackBacklog>> {
  return attempt(async () => {
    const { objects, events, deadLetters } = await findSubscriptions(connection);
    const names = [objects, events, deadLetters].flatMap((found) => found?.name ?? []);
    const backlogs = names.length === 0 ? new Map() : await readBacklogs(connection, names);
    return {
      objects: describe(objects, backlogs, "push"),
      events: describe(events, backlogs, "push"),
      deadLetters: describe(deadLetters, backlogs, "pull"),
    };
  });
}

function describe(
  subscription: SubscriptionResource | undefined,
  backlogs: ReadonlyMap<string, Backlog>,
  kind: "push" | "pull",
): WaitingMessages {
  if (subscription === undefined)
    return { delivery: "missing", messages: undefined, oldestSeconds: undefined };
  const { messages, oldestSeconds } = backlogs.get(subscription.name) ?? {};
  const pushed = subscription.pushEndpoint === "" ? "paused" : "pushed";
  return { delivery: kind === "pull" ? "pulled" : pushed, messages, oldestSeconds };
}

/** The problem is one line. @throws whatever is neither a refusal nor an outage */
export async function attempt<T>(read: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof RefusedError || isRetryable(error))
      return { problem: oneLine(error.message) };
    throw error;
  }
}

/** A message whose remedy is on a line of its own, as one line. */
export function oneLine(message: string): string {
  return message.replaceAll(/\.?\n/g, ". ");
}
