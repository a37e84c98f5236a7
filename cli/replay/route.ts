import type { ObjectGeneration } from "../../functions/reading/object-generation.ts";
import { parseFilter, type Filter } from "../../local/pubsub/filter.ts";
import { findSubscriptions, type SubscriptionResource } from "../google/subscriptions.ts";
import type { Connection } from "../stack/connect.ts";
import { forwardedFrom, objectOf, replaysOf, sourceOf, type DeadLetter } from "./letter.ts";

/** Where a dead letter goes back to. */
export type Route =
  | { readonly kind: "records" }
  /** To the events topic as well, but what is sent is in the object only. */
  | { readonly kind: "referenced"; readonly object: ObjectGeneration }
  | {
      readonly kind: "object";
      readonly object: ObjectGeneration;
      readonly quarantineOff: boolean;
    }
  | { readonly kind: "forward"; readonly topic: string }
  | { readonly kind: "leave"; readonly why: string };

/** What is known of a stack's topics. */
export interface Destinations {
  readonly eventsTopic: string;
  readonly objectsTopic: string;
  /** `projects/P/subscriptions/S` of either; "" when there is none that would keep a message. */
  readonly eventsSubscription: string;
  readonly objectsSubscription: string;
  /** Of the events subscription; "" = none. */
  readonly filter: string;
  /** What it lets pass: Pub/Sub drops other messages, and says nothing. */
  readonly passes: Filter;
  /** Whether the dead-letter subscription keeps what is published to the dead-letter topic. */
  readonly keepsDeadLetters: boolean;
  /** The one bucket that importObject may read. */
  readonly landingBucket: string;
}

/** @throws RefusedError, UnavailableError */
export async function findDestinations(connection: Connection): Promise<Destinations> {
  const { eventsTopic, objectsTopic, deadLetterTopic, landingBucket } = connection.stack;
  const { events, objects, deadLetters } = await findSubscriptions(connection);
  const filter = events?.filter ?? "";
  return {
    ...{ eventsTopic, objectsTopic, landingBucket, filter },
    eventsSubscription: isKeeping(events) ? events.name : "",
    // The program gives it no filter: whoever did wants other messages.
    objectsSubscription: isKeeping(objects) && objects.filter === "" ? objects.name : "",
    passes: filterOf(filter),
    keepsDeadLetters:
      isKeeping(deadLetters) &&
      deadLetters.topic === deadLetterTopic &&
      deadLetters.filter === "" &&
      deadLetters.pushEndpoint === "",
  };
}

function isKeeping(
  subscription: SubscriptionResource | undefined,
): subscription is SubscriptionResource {
  return subscription !== undefined && !subscription.isDetached && !subscription.isExported;
}

/** @param maxReplays records that were replayed so often are left */
export function routeOf(letter: DeadLetter, destinations: Destinations, maxReplays: number): Route {
  const forwarded = forwardedFrom(letter);
  if (forwarded !== undefined) return routeOfForwarded(forwarded, destinations);
  const { version } = letter.attributes;
  if (version === undefined) return leave("not a dead letter of this stack's functions");
  if (version !== "1") return leave(`of a newer version (${version}): update this clone`);
  const replays = replaysOf(letter);
  if (replays >= maxReplays)
    return leave(`replayed ${replays === 1 ? "once" : `${replays} times`} already: --max-replays`);
  return withReader(routeOfRecords(letter, destinations), destinations);
}

/** Pub/Sub takes what is published to a topic that nobody reads, and it is gone. */
function withReader(route: Route, destinations: Destinations): Route {
  const { eventsSubscription, objectsSubscription, landingBucket } = destinations;
  if (route.kind === "object" && route.object.bucket !== landingBucket)
    return leave(`its file is in another bucket: copy it to gs://${landingBucket}`);
  if (route.kind === "object") return objectsSubscription === "" ? NO_READER : route;
  if (route.kind !== "records" && route.kind !== "referenced") return route;
  return eventsSubscription === "" ? NO_READER : route;
}

/** One that is not understood lets nothing pass. */
function filterOf(text: string): Filter {
  try {
    return parseFilter(text);
  } catch {
    return () => false;
  }
}

function routeOfForwarded(subscription: string, destinations: Destinations): Route {
  const { eventsSubscription, objectsSubscription, eventsTopic, objectsTopic } = destinations;
  if (subscription === eventsSubscription) return { kind: "forward", topic: eventsTopic };
  if (subscription === objectsSubscription) return { kind: "forward", topic: objectsTopic };
  return leave("its subscription is not the stack's, or no longer");
}

function routeOfRecords(letter: DeadLetter, destinations: Destinations): Route {
  const { attributes, data } = letter;
  const object = objectOf(letter);
  if (object === undefined) {
    if (sourceOf(letter) === destinations.objectsSubscription) return routeOfNotification(letter);
    return data.length === 0 ? leave(NOWHERE) : RECORDS;
  }
  const { reason, truncated, lines } = attributes;
  if (truncated === "true" || lines === undefined)
    return { kind: "object", object, quarantineOff: reason === "quarantined" };
  return data.length === 0 ? { kind: "referenced", object } : RECORDS;
}

const RECORDS = { kind: "records" } as const;
const NO_READER = leave("the stack has no subscription that would read it: see doctor");

const NOWHERE =
  "its data is empty: with deadLetterContents reference the record of a message is nowhere";

/** What importObject could not read, a continuation of another version perhaps. */
function routeOfNotification({ attributes }: DeadLetter): Route {
  const original = (key: string): string => attributes[`original.${key}`] ?? "";
  const object = objectOf({
    messageId: "",
    publishTime: "",
    data: Buffer.alloc(0),
    attributes: {
      bucketId: original("bucketId"),
      objectId: original("objectId"),
      objectGeneration: original("objectGeneration"),
    },
  });
  return object === undefined
    ? leave("a message on the objects topic that names no object")
    : { kind: "object", object, quarantineOff: original("quarantine") === "off" };
}

function leave(why: string): { readonly kind: "leave"; readonly why: string } {
  return { kind: "leave", why };
}
