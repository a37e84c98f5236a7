import type { HttpResponse } from "../../../functions/http/http-request.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { response } from "./fake-mixpanel.ts";
import { good, refusedUpdates, type SentUpdate } from "./fake-profiles.ts";

/** The profiles of a project, by id: what their updates made of them. */
export type Profiles = Map<string, Record<string, unknown>>;

/** Applies an update as Mixpanel documents it. */
export function apply(profiles: Profiles, update: SentUpdate): void {
  const { $distinct_id: id } = update;
  if (typeof id !== "string") throw new Error("An update without an id was accepted.");
  const profile = profiles.get(id) ?? {};
  profiles.set(id, profile);
  for (const [name, value] of entriesOf(update["$set"])) profile[name] = value;
  for (const [name, value] of entriesOf(update["$set_once"]))
    if (!Object.hasOwn(profile, name)) profile[name] = value;
  for (const [name, values] of entriesOf(update["$union"])) {
    const before = profile[name];
    const list = Array.isArray(before) ? (before as unknown[]) : [];
    const added = (values as unknown[]).filter((value) => !list.includes(value));
    profile[name] = [...list, ...added];
  }
  for (const name of (update["$unset"] ?? []) as string[]) Reflect.deleteProperty(profile, name);
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(value ?? {});
}

/** What a Mixpanel does with a request; with a bad update among its own, what it says of it. */
export const TREATMENTS = [
  /** Nothing of a request with a bad update is stored. */
  "whole",
  /** The good ones are stored all the same, and it is not said which those are. */
  "partly",
  "named",
  "short count",
  "no count",
  /** There is no response; `lost`: although all was stored. */
  "down",
  "lost",
  /** Everything is refused. */
  "outage",
] as const;
export type Treatment = (typeof TREATMENTS)[number];

/** Whether Mixpanel has something against an update, which it never stores. */
export function isBad(update: SentUpdate): boolean {
  return entriesOf(update["$set"]).some(([name]) => name === "bad");
}

/** What becomes of a request. */
export function treat(
  how: Treatment,
  updates: readonly SentUpdate[],
  profiles: Profiles,
): HttpResponse | Error {
  const bad = updates.filter(isBad).length;
  const store = (): void => {
    for (const update of updates) if (!isBad(update)) apply(profiles, update);
  };
  const isRefused = bad > 0 || how === "outage";
  if (how === "down") return new UnavailableError("down");
  if (how === "outage" || (how === "whole" && isRefused)) return refusedUpdates();
  store();
  if (how === "lost") return new UnavailableError("lost");
  if (how === "no count" && !isRefused) return response(200, { error: null, status: 1 });
  if (bad === 0) return good(updates.length);
  if (how === "partly" || how === "whole") return refusedUpdates();
  const count = { num_good_events: updates.length - bad };
  if (how === "short count") return response(200, { error: null, errors: {}, status: 1, ...count });
  const places = updates.flatMap((update, index) => (isBad(update) ? [index] : []));
  const errors = Object.fromEntries(places.map((place) => [String(place), "bad"]));
  return response(200, { error: "some are bad", errors, status: 0, ...count });
}
