import type { Transform } from "../event/transform-contract.ts";
import { editProperties } from "./event-properties.ts";
import { isPlaceholderId } from "./placeholder-id.ts";
import { checkNone } from "./step-arguments.ts";

/**
 * Turns a `distinct_id` that says that there is none (`null`, `0`, `anonymous`, `undefined`, in any
 * case) into "", which Mixpanel accepts as an event without a user; such events would be refused
 * otherwise. An absent `distinct_id` stays absent.
 * https://docs.mixpanel.com/reference/import-events
 *
 * @example compose(distinctIdFrom("user_id"), emptyPlaceholderIds())
 */
export function emptyPlaceholderIds(...none: readonly never[]): Transform {
  checkNone("emptyPlaceholderIds", none);
  return (record) =>
    editProperties(record, (properties) =>
      Object.hasOwn(properties, "distinct_id") && isPlaceholderId(properties["distinct_id"])
        ? { ...properties, distinct_id: "" }
        : properties,
    );
}
