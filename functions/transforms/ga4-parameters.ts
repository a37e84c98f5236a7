import type { Json } from "../event/transform-contract.ts";
import { isJsonArray, isJsonObject, type JsonObject, textOf } from "./event-properties.ts";
import { objectOf, withoutEmpty } from "./recipe-properties.ts";

/**
 * `[{"key": "a", "value": {"string_value": "b"}}]` as `{"a": "b"}`.
 * https://support.google.com/analytics/answer/7029846
 */
export function parametersOf(list: Json | undefined): JsonObject {
  return withoutEmpty(
    elementsOf(list).map((parameter) => {
      const { key, value } = objectOf(parameter);
      return [textOf(key) ?? "", parameterValue(objectOf(value))] as const;
    }),
  );
}

/** Items with their parameters as members, if there are any. */
export function itemsOf(list: Json | undefined): JsonObject {
  const items = elementsOf(list);
  return items.length === 0 ? {} : { items: items.map(flatItem) };
}

/**
 * A list of parameters as an export to JSON writes it: integers as text, and no NULLs. In Parquet
 * the same row has integers, and NULLs for the other columns of a value.
 */
export function canonicalParameters(list: Json | undefined): Json | undefined {
  return isListed(list) ? elementsOf(list).map(canonical) : list;
}

/** As a list within the list `item_params` would be nested more deeply than Mixpanel allows. */
function flatItem(item: Json): Json {
  if (!isJsonObject(item)) return item;
  const { item_params: parametersOfItem, ...columns } = item;
  const filled = withoutNulls(columns);
  return parametersOfItem === undefined ? filled : { ...parametersOf(parametersOfItem), ...filled };
}

/** Some readers of Parquet keep its levels of a list: `{"list": [{"element": ...}]}`. */
function elementsOf(list: Json | undefined): readonly Json[] {
  if (isJsonArray(list)) return list;
  const inner = objectOf(list)["list"];
  return isJsonArray(inner) ? inner.map((level) => objectOf(level)["element"] ?? level) : [];
}

function isListed(list: Json | undefined): boolean {
  return isJsonArray(list) || isJsonArray(objectOf(list)["list"]);
}

/**
 * A parameter has one of four columns set. Integers that a number holds exactly become numbers
 * again.
 */
function parameterValue(value: JsonObject): Json | undefined {
  const {
    string_value: text,
    int_value: integer,
    float_value: float,
    double_value: double,
  } = value;
  if (text !== undefined && text !== null) return text;
  if (typeof integer === "string" && Number.isSafeInteger(Number(integer))) return Number(integer);
  return integer ?? double ?? float ?? undefined;
}

function canonical(value: Json): Json {
  if (isJsonArray(value)) return value.map(canonical);
  if (!isJsonObject(value)) return value;
  const filled = Object.entries(withoutNulls(value)).map(([name, member]) => [
    name,
    isInteger(name, member) ? String(member) : canonical(member ?? null),
  ]);
  return Object.fromEntries(filled) as JsonObject;
}

function isInteger(name: string, value: Json | undefined): value is number | bigint {
  return name === "int_value" && (typeof value === "number" || typeof value === "bigint");
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
