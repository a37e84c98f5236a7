import { hash } from "node:crypto";

import { MAX_INSERT_ID_BYTES } from "../../event/limits.ts";
import {
  isRecord,
  type Json,
  type JsonRecord,
  type Transform,
  type TransformContext,
} from "../../event/transform-contract.ts";
import { isJsonObject, type JsonObject, textOf } from "../event-properties.ts";
import { besideReserved, prefixed, requiredText } from "../recipe-properties.ts";
import { checkIsCalledWithRecord } from "../step-arguments.ts";
import { createTimeReader, readTimeIn } from "../time-reader.ts";
import { userProperties } from "../user-ids.ts";

const AN_EVENT = "a CloudEvent with a type, a source and an id";

/** Attributes of the envelope that say nothing of what happened, or are another property. */
const ENVELOPE: ReadonlySet<string> = new Set([
  ...["specversion", "id", "type", "time", "data", "data_base64"],
  ...["datacontenttype", "dataschema"],
]);

/** RFC 3339. */
const readTime = createTimeReader("cloudEvents", { format: "iso8601" });

/**
 * CloudEvents 1.0: in structured mode (the JSON format, in an object or a message), and in binary
 * mode, where a message's attributes `ce-...` hold what its data does not.
 *
 * - `type` is the event, the members of `data` are its properties; `source`, `subject` and
 *   extension attributes become properties with the prefix `ce_`.
 * - `time` becomes `time`. `$insert_id` is a digest of `source` and `id`, which together are unique
 *   by the specification.
 * - `distinct_id`, `$user_id` and `$device_id` in the data are the user's ids. Where it is in
 *   another member, name that: `compose(cloudEvents, distinctIdFrom("user_id"))`.
 * - Data that is an event in Mixpanel's format stays that event, with the CloudEvent's time and id
 *   where it has none.
 *
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md and
 * https://github.com/googleapis/google-cloudevents/blob/main/docs/spec/pubsub.md (a draft: there is
 * no final binding of CloudEvents to Pub/Sub)
 *
 * @throws Error for what is no CloudEvent, has no time, or whose data is no JSON object
 *
 * @example
 * export { cloudEvents as transform } from "./functions/transforms/recipes/cloud-events.ts";
 */
export const cloudEvents: Transform = (record, context) => {
  checkIsCalledWithRecord("cloudEvents", record);
  const cloudEvent = structured(record, context);
  const type = requiredText(cloudEvent, "type", AN_EVENT);
  const $insert_id = digest(
    requiredText(cloudEvent, "source", AN_EVENT),
    requiredText(cloudEvent, "id", AN_EVENT),
  );
  const data = dataOf(cloudEvent);
  const inner = data["properties"];
  if (typeof data["event"] === "string" && isJsonObject(inner)) {
    const time = inner["time"] ?? readTimeIn(cloudEvent, ["time"], readTime);
    return { event: data["event"], properties: { $insert_id, ...inner, time } };
  }
  const { distinct_id, $user_id, $device_id, ...properties } = data;
  return {
    event: type,
    properties: {
      ...besideReserved("data", properties),
      ...prefixed("ce_", attributesOf(cloudEvent)),
      ...idProperties(distinct_id, userProperties($user_id, $device_id)),
      time: readTimeIn(cloudEvent, ["time"], readTime),
      $insert_id,
    },
  };
};

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/cloud-events.ts`.
 */
export const transform: Transform = cloudEvents;

/** The event as it is in structured mode. */
function structured(record: JsonRecord, context: TransformContext): JsonRecord {
  if (context.source !== "message") return record;
  const { attributes } = context;
  const mode = attributes["content-type"] ?? "";
  if (mode.startsWith("application/cloudevents") || attributes["ce-specversion"] === undefined)
    return record;
  const named = Object.entries(attributes).filter(([name]) => name.startsWith("ce-"));
  const members = named.map(([name, value]) => [name.slice("ce-".length), value] as const);
  return { ...Object.fromEntries(members), data: record };
}

function dataOf({ data, data_base64: encoded }: JsonRecord): JsonObject {
  if (isRecord(data)) return data;
  // An event may have no data at all.
  if (data === undefined && encoded === undefined) return {};
  throw new Error(`${data === undefined ? "data_base64" : "data"}: not a JSON object`);
}

function attributesOf(cloudEvent: JsonRecord): JsonObject {
  return Object.fromEntries(Object.entries(cloudEvent).filter(([name]) => !ENVELOPE.has(name)));
}

function idProperties(distinctId: Json | undefined, ids: JsonObject): JsonObject {
  const own = textOf(distinctId);
  return own === undefined ? ids : { ...ids, distinct_id: own };
}

function digest(source: string, id: string): string {
  return hash("sha256", JSON.stringify([source, id]), "hex").slice(0, MAX_INSERT_ID_BYTES);
}
