import type { ProfileKind } from "./profiles/profile-update.ts";
import { type ExportedProfile, exportProfile } from "./profiles/exported-profile.ts";
import type { Project } from "./project.ts";
import { type ExportedEvent, exportEvent, type KeptEvent } from "./stored-event.ts";
import type { Switches } from "./switches.ts";

/** The profiles of a kind, or the one with that id. */
export function* exportProfiles(
  projects: readonly Project[],
  kind: ProfileKind,
  id: string | undefined,
): Iterable<ExportedProfile> {
  for (const { profiles } of projects)
    for (const profile of profiles.profiles(kind))
      if (id === undefined || profile.id === id) yield exportProfile(profile);
}

/** The events kept, duplicates too unless `distinct`. */
export function* exportEvents(
  projects: readonly Project[],
  {
    endpoint,
    distinct,
  }: { readonly endpoint: KeptEvent["endpoint"] | undefined; readonly distinct: boolean },
  textUnit: () => Switches["textUnit"],
): Iterable<ExportedEvent> {
  for (const { store } of projects) {
    const kept = distinct ? lastOfEach(store.kept()) : store.kept();
    for (const event of kept)
      if (endpoint === undefined || event.endpoint === endpoint)
        yield exportEvent(event, textUnit());
  }
}

/**
 * "The latest one ingested usually wins" (https://docs.mixpanel.com/reference/event-deduplication).
 */
function lastOfEach(kept: readonly KeptEvent[]): readonly KeptEvent[] {
  const last = new Map<string, KeptEvent>();
  kept.forEach((candidate, position) => {
    const { name, timeMs, distinctId, insertId } = candidate.event;
    const key = JSON.stringify([name, timeMs, distinctId, insertId ?? position]);
    last.set(key, candidate);
  });
  return [...last.values()];
}
