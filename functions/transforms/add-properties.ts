import type { Transform } from "../event/transform-contract.ts";
import { editProperties, type JsonObject } from "./event-properties.ts";
import { checkedEntries, isPlainObject, refuseArgument } from "./step-arguments.ts";

const STEP = "addProperties";

/**
 * Sets properties to the same values in every event; a value that is there already is replaced.
 *
 * @throws Error for a value that JSON does not have
 *
 * @example addProperties({ environment: "production", source: "warehouse" })
 */
export function addProperties(constants: JsonObject): Transform {
  for (const [name, value] of checkedEntries(STEP, "constants", constants, "an object of values"))
    if (!isJson(value)) refuseArgument(STEP, name, value, "a value that JSON has");
  return (record) => editProperties(record, (properties) => ({ ...properties, ...constants }));
}

/** What JSON would leave out, or write as null, is no constant. */
function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (isPlainObject(value)) return Object.values(value).every(isJson);
  return value === null || ["string", "boolean", "bigint"].includes(typeof value);
}
