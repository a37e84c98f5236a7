import type {
  JsonRecord,
  Transform,
  TransformContext,
} from "../../../functions/event/transform-contract.ts";

/** A record of the object of that name. */
export function inObject(object: string): TransformContext {
  return { source: "object", bucket: "b", object, generation: "1", line: 1 };
}

/** A record of a message. */
export const IN_MESSAGE: TransformContext = {
  source: "message",
  messageId: "1",
  publishTime: "2026-01-01T00:00:00Z",
  attributes: {},
};

/** An event with these properties. */
export function withProperties(properties: JsonRecord, event = "E"): JsonRecord {
  return { event, properties };
}

/**
 * What a step makes of a record, every object in it frozen: a step must not change what it gets.
 */
export function apply(step: Transform, record: JsonRecord): ReturnType<Transform> {
  return step(deepFreeze(record), IN_MESSAGE);
}

/** The properties of the one event that a step makes of an event with `properties`. */
export function applyTo(step: Transform, properties: JsonRecord): unknown {
  const result = apply(step, withProperties(properties));
  return result === null || Array.isArray(result) ? result : Reflect.get(result, "properties");
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
