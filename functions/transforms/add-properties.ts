import type { Transform } from "../event/transform-contract.ts";
import { editProperties, type JsonObject } from "./event-properties.ts";

/**
 * Sets properties to the same values in every event; a value that is there already is replaced.
 *
 * @example addProperties({ environment: "production", source: "warehouse" })
 */
export function addProperties(constants: JsonObject): Transform {
  return (record) => editProperties(record, (properties) => ({ ...properties, ...constants }));
}
