import { stringifyExactly } from "./exact-json.ts";
import { MAX_INSERT_ID_BYTES } from "./limits.ts";
import { isPlaceholder } from "./placeholders.ts";
import type { Refusal, RuleName } from "./rules.ts";

/**
 * An id as text: numbers are "treated as a string"
 * (https://docs.mixpanel.com/reference/import-events).
 */
export function idText(id: unknown): string {
  return typeof id === "string" ? id : stringifyExactly(id);
}

/** Why `$insert_id` is refused, if it is. */
export function refuseInsertId(id: unknown, ignoreCase: boolean): Refusal | undefined {
  if (id === undefined || id === null || id === "")
    return refuse("insert-id-missing", "$insert_id", "must not be missing");
  const text = idText(id);
  if (isPlaceholder(text, ignoreCase))
    return refuse("insert-id-placeholder", "$insert_id", "must not be a placeholder value");
  if (!/^[A-Za-z0-9-]+$/.test(text))
    return refuse(
      "insert-id-characters",
      "$insert_id",
      "must only contain alphanumeric or hyphen '-' characters",
    );
  if (text.length > MAX_INSERT_ID_BYTES)
    return refuse("insert-id-too-long", "$insert_id", "must not be longer than 36 bytes");
  return undefined;
}

/** Why `distinct_id` is refused, if it is. An empty one is always allowed. */
export function refuseDistinctId(
  id: unknown,
  { isRequired, ignoreCase }: { readonly isRequired: boolean; readonly ignoreCase: boolean },
): Refusal | undefined {
  if (id === undefined || id === null) {
    if (!isRequired) return undefined;
    return refuse("distinct-id-missing", "properties.distinct_id", "must not be missing");
  }
  if (!isPlaceholder(idText(id), ignoreCase)) return undefined;
  return refuse(
    "distinct-id-placeholder",
    "properties.distinct_id",
    "must not be a placeholder value",
  );
}

/**
 * Mixpanel names `$insert_id` without `properties.`
 * (https://github.com/mixpanel/mixpanel-utils/issues/40).
 */
function refuse(rule: RuleName, field: string, message: string): Refusal {
  return { rule, field, message: `'${field}' is invalid: ${message}` };
}
