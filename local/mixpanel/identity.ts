import { createHash } from "node:crypto";

import { idText } from "./id-check.ts";
import type { JsonObject } from "../json.ts";

/**
 * How a project tells users apart (https://docs.mixpanel.com/docs/tracking-methods/id-management).
 */
export type IdentityMode = "simplified" | "original";

const IDENTITY_EVENTS: ReadonlySet<unknown> = new Set(["$identify", "$create_alias", "$merge"]);

/** Whether an event joins users instead of telling what one did. */
export function isIdentityEvent(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "event" in value &&
    IDENTITY_EVENTS.has(value.event)
  );
}

/**
 * The `distinct_id` an event is stored under. A project with simplified identities takes it from
 * `$user_id`, else from `$device_id`
 * (https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified). An
 * event without any is given one made of the request's address (if `address` has it), so the same
 * event from two machines is two events
 * (https://docs.mixpanel.com/troubleshooting/errors/server-side-events-without-a-user).
 */
export function storedDistinctId(
  properties: JsonObject,
  mode: IdentityMode,
  address: string,
): string {
  if (mode === "simplified") {
    const userId = properties["$user_id"];
    if (isPresent(userId)) return idText(userId);
    const deviceId = properties["$device_id"];
    if (isPresent(deviceId)) return `$device:${idText(deviceId)}`;
  }
  const distinctId = properties["distinct_id"];
  if (distinctId !== undefined && distinctId !== null) return idText(distinctId);
  if (address === "") return "";
  return createHash("sha256").update(address).digest("hex").slice(0, 32);
}

function isPresent(id: unknown): boolean {
  return id !== undefined && id !== null && id !== "";
}
