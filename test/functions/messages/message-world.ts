import fc from "fast-check";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import type { OutgoingMessage, Publish } from "../../../functions/google/publisher.ts";
import type { HttpResponse } from "../../../functions/http/http-request.ts";
import type { PostEvents } from "../../../functions/mixpanel/destinations/import/import-destination.ts";

/**
 * What can be in a message. `bad` is refused by Mixpanel, `timeless` by our own checks, `ignored`
 * is dropped, `garbage` is no JSON.
 */
export type RecordKind = "good" | "bad" | "timeless" | "ignored" | "garbage" | "identity";

/** How Mixpanel treats one request. */
export type Treatment =
  | "rows"
  | "strings"
  | "no-rows"
  | "miscount"
  | "lose"
  | "unavailable"
  | "unavailable-after-storing"
  | "credentials"
  | "too-large";

/** How Pub/Sub treats one publish request. */
export type PublishTreatment = "takes" | "unavailable" | "refuses";

/** Messages, when they come, and how everything they meet behaves. */
export interface World {
  readonly messages: readonly { readonly records: readonly RecordKind[]; readonly atMs: number }[];
  readonly treatments: readonly { readonly kind: Treatment; readonly ms: number }[];
  readonly publishing: readonly { readonly kind: PublishTreatment; readonly ms: number }[];
  readonly batchEvents: number;
  readonly maxInFlight: number;
}

const kind = fc.oneof(
  { weight: 6, arbitrary: fc.constant<RecordKind>("good") },
  {
    weight: 4,
    arbitrary: fc.constantFrom<RecordKind>("bad", "timeless", "ignored", "garbage", "identity"),
  },
);
const treatment = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Treatment>("rows") },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Treatment>(
      "strings",
      "no-rows",
      "miscount",
      "lose",
      "unavailable",
      "unavailable-after-storing",
      "credentials",
      "too-large",
    ),
  },
);
const publishTreatment = fc.oneof(
  { weight: 3, arbitrary: fc.constant<PublishTreatment>("takes") },
  { weight: 1, arbitrary: fc.constantFrom<PublishTreatment>("unavailable", "refuses") },
);

export const worlds: fc.Arbitrary<World> = fc.record({
  messages: fc.array(fc.record({ records: fc.array(kind, { maxLength: 6 }), atMs: fc.nat(400) }), {
    minLength: 1,
    maxLength: 25,
  }),
  treatments: fc.array(fc.record({ kind: treatment, ms: fc.nat(400) }), {
    minLength: 1,
    maxLength: 30,
  }),
  publishing: fc.array(fc.record({ kind: publishTreatment, ms: fc.nat(200) }), {
    minLength: 1,
    maxLength: 10,
  }),
  batchEvents: fc.integer({ min: 1, max: 12 }),
  maxInFlight: fc.integer({ min: 1, max: 4 }),
});

/**
 * The text of record `index` of a message; its name is in it, so that it is recognised wherever it
 * turns up.
 */
export function recordText(what: RecordKind, name: string): string {
  const event = what === "identity" ? "$identify" : what;
  const properties = { time: 1_760_000_000, distinct_id: "u", $insert_id: name };
  switch (what) {
    case "garbage":
      return `{"${name}"`;
    case "timeless":
      return JSON.stringify({ event, properties: { ...properties, time: undefined } });
    case "ignored":
      return JSON.stringify({ event, properties: { ...properties, $ignore: true } });
    case "good":
    case "bad":
    case "identity":
      return JSON.stringify({ event, properties });
  }
}

/**
 * A Mixpanel that stores events by their ids, never a bad one, and treats requests as told, one
 * after the other.
 */
export function createMixpanel(treatments: World["treatments"]) {
  const stored: string[] = [];
  let next = 0;
  const post: PostEvents = async (batch) => {
    const { kind: how, ms } = treatments[next++ % treatments.length] ?? { kind: "rows", ms: 0 };
    const events = batch.bytes.toString().split("\n").map(parseEvent);
    // The batch's memory is reused once it is answered: everything is read before.
    await new Promise((resolve) => setTimeout(resolve, ms));
    return treat(how, events, (id) => stored.push(id));
  };
  return { post, stored };
}

interface SentEvent {
  readonly id: string;
  readonly isBad: boolean;
}

function parseEvent(line: string): SentEvent {
  // What was sent is what `recordText` wrote.
  const { event, properties } = JSON.parse(line) as {
    event: string;
    properties: { $insert_id: string };
  };
  return { id: properties.$insert_id, isBad: event === "bad" };
}

function treat(
  how: Treatment,
  events: readonly SentEvent[],
  store: (id: string) => void,
): HttpResponse {
  const good = events.filter(({ isBad }) => !isBad);
  const hasBad = good.length < events.length;
  const storeGood = (): void => {
    for (const { id } of good) store(id);
  };
  switch (how) {
    case "unavailable":
      throw new UnavailableError("Mixpanel answered 503", 503);
    case "unavailable-after-storing":
      storeGood();
      throw new UnavailableError("Mixpanel cannot be reached: ECONNRESET");
    case "credentials":
      return response(401, {});
    case "too-large":
      // A single event is let through: refusing it would be Mixpanel's final word.
      if (events.length > 1) return response(413, {});
      break;
    case "strings":
      if (hasBad) return response(400, { num_records_imported: 0, failed_records: ["no"] });
      break;
    case "no-rows":
      if (hasBad) return response(400, { num_records_imported: 0, error: "no" });
      break;
    case "lose": {
      // Says so in the count, but not which one.
      if (hasBad || events.length < 2) break;
      for (const { id } of good.slice(1)) store(id);
      return response(200, { num_records_imported: good.length - 1 });
    }
    case "miscount":
      storeGood();
      return hasBad ? rows(events) : response(200, { num_records_imported: good.length + 1 });
    case "rows":
      break;
  }
  storeGood();
  return hasBad ? rows(events) : response(200, { num_records_imported: events.length });
}

function rows(events: readonly SentEvent[]): HttpResponse {
  const failed = events.flatMap(({ isBad }, index) =>
    isBad ? [{ index, field: "event", message: "bad" }] : [],
  );
  const imported = events.length - failed.length;
  return response(400, { num_records_imported: imported, failed_records: failed });
}

function response(status: number, body: object): HttpResponse {
  return { status, headers: {}, body: Buffer.from(JSON.stringify(body)), attempts: 1 };
}

/** A Pub/Sub that takes whole requests or nothing, as told, one after the other. */
export function createDeadLetterTopic(publishing: World["publishing"]) {
  const taken: OutgoingMessage[] = [];
  let next = 0;
  const publish: Publish = async (_topic, messages) => {
    const { kind: how, ms } = publishing[next++ % publishing.length] ?? { kind: "takes", ms: 0 };
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (how === "unavailable") throw new UnavailableError("publishing answered 503", 503);
    if (how === "refuses") throw new UnavailableError("publishing answered 400", 400);
    taken.push(...messages);
  };
  return { publish, taken };
}
