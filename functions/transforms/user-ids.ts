import type { Json } from "../event/transform-contract.ts";
import { textOf } from "./event-properties.ts";
import { isPlaceholderId } from "./placeholder-id.ts";

/**
 * `$user_id` and `$device_id` of an event as far as it has them, and `distinct_id` as Simplified ID
 * Merge makes it of the two, so that original projects have one too; "" for an event without a
 * user. Placeholders such as `null` and `anonymous` are no ids.
 * https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified
 */
export function userProperties(
  user: Json | undefined,
  device: Json | undefined,
): { readonly distinct_id: string; readonly $user_id?: string; readonly $device_id?: string } {
  const userId = idOf(user);
  const deviceId = idOf(device);
  return {
    distinct_id: userId ?? (deviceId === undefined ? "" : `$device:${deviceId}`),
    ...(userId !== undefined && { $user_id: userId }),
    ...(deviceId !== undefined && { $device_id: deviceId }),
  };
}

/** An id as text; undefined for a placeholder, and for what is no plain value. */
export function idOf(value: Json | undefined): string | undefined {
  return isPlaceholderId(value) ? undefined : textOf(value);
}
