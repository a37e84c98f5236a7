import { isJsonObject } from "../json.ts";
import { ServiceError } from "./service-error.ts";

/** Typed access to a request's JSON body; what has another type is refused as the service does. */
export interface JsonFields {
  text(key: string): string;
  number(key: string): number | undefined;
  flag(key: string): boolean;
  texts(key: string): string[];
  textMap(key: string): Record<string, string>;
  list(key: string): JsonFields[];
  /** An object; undefined when absent. */
  object(key: string): JsonFields | undefined;
}

/**
 * @throws ServiceError INVALID_ARGUMENT when `value` is not an object; its readers throw the same
 */
export function readFields(value: unknown): JsonFields {
  const fields = new Map(Object.entries(asObject(value)));
  const read = (key: string): unknown => fields.get(key) ?? undefined;
  return {
    text: (key) => asText(read(key) ?? "", key),
    number: (key) => {
      const number = read(key);
      if (number === undefined || typeof number === "number") return number;
      throw invalid(key);
    },
    flag: (key) => read(key) === true,
    texts: (key) => asList(read(key), key).map((item) => asText(item, key)),
    textMap: (key) =>
      Object.fromEntries(
        Object.entries(asObject(read(key) ?? {})).map(([name, text]) => [name, asText(text, name)]),
      ),
    list: (key) => asList(read(key), key).map(readFields),
    object: (key) => (read(key) === undefined ? undefined : readFields(read(key))),
  };
}

function asObject(value: unknown): object {
  if (isJsonObject(value)) return value;
  throw invalid("an object");
}

function asText(value: unknown, key: string): string {
  if (typeof value === "string") return value;
  throw invalid(key);
}

function asList(value: unknown, key: string): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw invalid(key);
}

function invalid(key: string): ServiceError {
  return new ServiceError(
    "INVALID_ARGUMENT",
    `Invalid JSON payload received: ${key} is not of the expected type.`,
  );
}
