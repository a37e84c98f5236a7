import { formatCount, formatNumberOf } from "./table.ts";

/** How many there are of each kind. */
export interface KindCounts {
  readonly events: number;
  /** Updates of users. */
  readonly profiles: number;
  /** Updates of groups. */
  readonly groups: number;
}

/** `1 event, 2 updates of users, 1 of groups`: of the kinds that there are; "" for none. */
export function describeKinds({ events, profiles, groups }: KindCounts): string {
  return [
    ...(events > 0 ? [formatNumberOf(events, "event")] : []),
    ...(profiles > 0 ? [`${formatNumberOf(profiles, "update")} of users`] : []),
    ...(groups > 0
      ? [`${profiles > 0 ? formatCount(groups) : formatNumberOf(groups, "update")} of groups`]
      : []),
  ].join(", ");
}

/** The same where there is more than events; "" where events are all. */
export function describeMixed(counts: KindCounts): string {
  return counts.profiles + counts.groups > 0 ? describeKinds(counts) : "";
}
