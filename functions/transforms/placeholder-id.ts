import { PLACEHOLDER_IDS } from "../event/limits.ts";
import type { Json } from "../event/transform-contract.ts";

/**
 * Whether a value says that there is no id: `null`, `0`, `anonymous` and the like, in any case, as
 * text or as the value itself. Mixpanel refuses them.
 * https://docs.mixpanel.com/reference/import-events, "Validation"
 */
export function isPlaceholderId(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "bigint") return false;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return PLACEHOLDER_IDS.has(text.trim().toLowerCase());
}
