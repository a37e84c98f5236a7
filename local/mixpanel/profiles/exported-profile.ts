import type { JsonObject } from "../../json.ts";
import type { StoredProfile } from "./profile-store.ts";

/**
 * One profile of a dump, in the shape of Mixpanel's own export of users
 * (https://docs.mixpanel.com/reference/engage-query), but for `$last_seen`, which stands apart
 * here: so `$properties` are what was sent and the place made of an address, and nothing else.
 */
export interface ExportedProfile {
  /** Of a user. */
  readonly $distinct_id?: string;
  /** Both of a group. */
  readonly $group_key?: string;
  readonly $group_id?: string;
  /** Integers beyond 2^53 are bigints. */
  readonly $properties: JsonObject;
  /** `YYYY-MM-DDTHH:MM:SS`, UTC. */
  readonly $last_seen?: string;
}

export function exportProfile({
  kind,
  groupKey,
  id,
  properties,
  lastSeenMs,
}: StoredProfile): ExportedProfile {
  return {
    ...(kind === "user" ? { $distinct_id: id } : { $group_key: groupKey, $group_id: id }),
    $properties: Object.fromEntries(properties),
    ...(lastSeenMs !== undefined && {
      $last_seen: new Date(lastSeenMs).toISOString().slice(0, "YYYY-MM-DDTHH:MM:SS".length),
    }),
  };
}
