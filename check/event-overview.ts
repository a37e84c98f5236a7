import { FIRST_MILLISECONDS } from "../functions/event/limits.ts";
import { createDistinctCounter } from "./distinct-counter.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

/** Whose events they are, and of when. */
export interface EventOverview {
  /** Different users, approximately. */
  readonly users: number;
  readonly timeline: Timeline;
}

export interface EventOverviewBuilder {
  add(name: string, properties: Readonly<Record<string, unknown>>): void;
  overview(): EventOverview;
}

/** Looks at events in bounded memory. */
export function createEventOverview(): EventOverviewBuilder {
  const users = createDistinctCounter();
  const timeline = createTimeline();
  return {
    add: (name, properties) => {
      const user = userOf(properties);
      if (user !== undefined) users.add(user);
      const time = Number(properties["time"]);
      timeline.add(name, Math.abs(time) < FIRST_MILLISECONDS ? time * 1000 : time);
    },
    overview: () => ({ users: users.count(), timeline: timeline.timeline() }),
  };
}

/**
 * As a project with Simplified ID Merge tells users apart
 * (https://docs.mixpanel.com/docs/tracking-methods/id-management/identifying-users-simplified).
 */
function userOf(properties: Readonly<Record<string, unknown>>): string | undefined {
  const user = idOf(properties["$user_id"]);
  if (user !== undefined) return user;
  const device = idOf(properties["$device_id"]);
  return device === undefined ? idOf(properties["distinct_id"]) : `$device:${device}`;
}

function idOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
