import type { Json, Transform } from "../event/transform-contract.ts";
import { editProperties, isJsonObject, type JsonObject } from "./event-properties.ts";
import { checkName } from "./step-arguments.ts";

/**
 * Spreads nested objects into properties of their own: `{"cart": {"total": 9}}` becomes
 * `{"cart.total": 9}`. Lists stay as they are, also lists of objects; an empty object stays. A
 * property that has the new name already wins.
 *
 * @example flattenProperties()
 * @example flattenProperties("_") // cart_total
 */
export function flattenProperties(separator = "."): Transform {
  checkName("flattenProperties", "separator", separator);
  return (record) =>
    editProperties(record, (properties) => {
      if (!Object.values(properties).some(isSpread)) return properties;
      const spread = [...leaves(properties, "", separator)];
      const plain = Object.entries(properties).filter(([, value]) => !isSpread(value));
      return { ...Object.fromEntries(spread), ...Object.fromEntries(plain) };
    });
}

function* leaves(
  object: JsonObject,
  prefix: string,
  separator: string,
): Generator<readonly [string, Json | undefined]> {
  for (const [name, value] of Object.entries(object))
    if (isSpread(value)) yield* leaves(value, `${prefix}${name}${separator}`, separator);
    else yield [`${prefix}${name}`, value];
}

function isSpread(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length > 0;
}
