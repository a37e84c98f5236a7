import type { Deployment } from "../../../local/deployment/deployment.ts";
import { isObject, parseJson } from "../../../functions/platform/json.ts";
import { until } from "../../support/until.ts";
import type { HurriedTimers } from "./hurried-timers.ts";

/** Ids and names of what the program made, as its users know them. */
export interface Addresses {
  readonly landingBucket: string;
  readonly receiptsBucket: string;
  readonly eventsTopic: string;
  readonly deadLetterSubscription: string;
  readonly objectsSubscription: string;
  readonly eventsSubscription: string;
  readonly importObject: string;
  readonly importMessages: string;
}

/** What came of one file and a few messages. */
export interface Outcome {
  /** Ids of the events that Mixpanel has, sorted. */
  readonly imported: readonly string[];
  /** State of each object, by its receipt. */
  readonly receipts: Readonly<Record<string, string>>;
  /** Texts of the dead letters, sorted. */
  readonly deadLetters: readonly string[];
  /** Status of the latest refusal of each subscription that was refused. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** What comes of `sendTraffic` when everything is wired as it should be. */
export const ALL_ARRIVES: Outcome = {
  imported: ["message-1", "object-1", "object-2"],
  receipts: { "day/events.ndjson": "complete" },
  deadLetters: ["no message", "no record"],
  refusals: {},
};

/** Uploads a file and publishes messages, each with something that can never be imported. */
export async function sendTraffic(deployment: Deployment, to: Addresses): Promise<Outcome> {
  const { bucket, pubsub } = deployment;
  const file = [eventOf("object-1"), "no record", eventOf("object-2"), ""].join("\n");
  await bucket.put(to.landingBucket, "day/events.ndjson", Buffer.from(file));
  pubsub.publish(
    to.eventsTopic,
    [eventOf("message-1"), "no message"].map((text) => ({ data: base64(text) })),
  );
  await until(
    () => pubsub.pushSubscriptions().every((name) => isSettledOrRefused(name, deployment)),
    "every message settled or refused",
  );
  return outcomeOf(deployment, to);
}

/**
 * Ends the process behind the messages for good, and publishes one that nobody takes: Pub/Sub gives
 * it up after the attempts of its policy. @returns what then is among the dead letters, the number
 * of attempts, and how long they took together, with a deadline of ten minutes each
 */
export async function sendUndeliverable(
  deployment: Deployment,
  to: Addresses,
  timers: HurriedTimers,
): Promise<{
  readonly deadLetters: readonly string[];
  readonly attempts: number;
  readonly ms: number;
}> {
  const { pubsub, functions } = deployment;
  await functions.get(to.importMessages)?.process.stop();
  takeDeadLetters(deployment, to);
  timers.hurry(100_000);
  const before = pubsub.stats(to.eventsSubscription);
  const begun = timers.total();
  pubsub.publish(to.eventsTopic, [{ data: base64(eventOf("nobody-takes-it")) }]);
  const isOver = (): boolean => {
    const { deadLettered, deliveries } = pubsub.stats(to.eventsSubscription);
    // Once more than the policy has attempts: it is not going to be forwarded.
    return deadLettered > before.deadLettered || deliveries - before.deliveries > 100;
  };
  await until(isOver, "every attempt over");
  timers.hurry(1);
  const { deliveries } = pubsub.stats(to.eventsSubscription);
  return {
    deadLetters: takeDeadLetters(deployment, to).map((text) => idOf(parseJson(text))),
    attempts: deliveries - before.deliveries,
    ms: timers.total() - begun,
  };
}

/** A line of JSON. */
export function eventOf(id: string, event = "Signed Up"): string {
  const time = Math.floor(Date.now() / 1000) - 86_400;
  return JSON.stringify({
    event,
    properties: { time, distinct_id: "someone", $insert_id: id },
  });
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function isSettledOrRefused(name: string, { pubsub }: Deployment): boolean {
  const { ready, outstanding, backingOff, lastFailure } = pubsub.stats(name);
  return lastFailure !== undefined || ready + outstanding + backingOff === 0;
}

/** Receipts by the name of their object. */
export async function receiptsOf(
  { bucket }: Deployment,
  { receiptsBucket }: Addresses,
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const receipts: Record<string, Record<string, unknown>> = {};
  for (const { name } of bucket.list(receiptsBucket)) {
    const receipt = parseJson(await bucket.read(receiptsBucket, name));
    if (isObject(receipt)) receipts[String(receipt["object"])] = receipt;
  }
  return receipts;
}

export function isImported({ simulator }: Deployment, id: string): boolean {
  return [...simulator.events()].some((event) => idOf(event) === id);
}

async function outcomeOf(deployment: Deployment, to: Addresses): Promise<Outcome> {
  const { pubsub, simulator } = deployment;
  const refused = pubsub
    .pushSubscriptions()
    .map((name): [string, number | undefined] => [
      name.replace(/^.*-dev-/, ""),
      pubsub.stats(name).lastFailure?.status,
    ])
    .filter((entry): entry is [string, number] => entry[1] !== undefined);
  const receipts = Object.entries(await receiptsOf(deployment, to)).map(
    ([object, { state }]): [string, string] => [object, String(state)],
  );
  return {
    imported: [...simulator.events()].map(idOf).sort(),
    receipts: Object.fromEntries(receipts),
    deadLetters: takeDeadLetters(deployment, to).sort(),
    refusals: Object.fromEntries(refused),
  };
}

/** Texts of those that wait; they do not any more. */
export function takeDeadLetters({ pubsub }: Deployment, to: Addresses): string[] {
  const received = pubsub.pull(to.deadLetterSubscription, 100);
  pubsub.acknowledge(
    to.deadLetterSubscription,
    received.map(({ ackId }) => ackId),
  );
  return received.map(({ message }) => Buffer.from(message.data, "base64").toString("utf8"));
}

function idOf(event: unknown): string {
  const properties = isObject(event) ? event["properties"] : undefined;
  return isObject(properties) ? String(properties["$insert_id"]) : "not an event";
}
