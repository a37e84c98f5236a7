/** A JSON object, and neither an array nor null. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells a JSON object from everything else that JSON can be. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param toError makes what is thrown when `text` is not JSON */
export function parseJson(text: string, toError: (cause: unknown) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw toError(cause);
  }
}
