import { createEventStore, type EventStore, type StoreBounds } from "./event-store.ts";
import {
  createLookupTableStore,
  type LookupTableSettings,
  type LookupTableStore,
} from "./lookup-tables/lookup-table-store.ts";
import {
  createProfileStore,
  type ProfileBounds,
  type ProfileStore,
} from "./profiles/profile-store.ts";
import type { IdentityMode } from "./identity.ts";
import { createRateLimiter, type RateLimiter, type RateLimits } from "./rate-limit.ts";

/**
 * Where a project's data lives; each has a host of its own
 * (https://docs.mixpanel.com/docs/privacy/eu-residency).
 */
export type Region = "us" | "eu" | "in";

/** https://docs.mixpanel.com/reference/service-accounts */
export interface ServiceAccount {
  readonly user: string;
  readonly secret: string;
  /**
   * Only owners and admins may import
   * (https://docs.mixpanel.com/troubleshooting/errors/401-unauthorized).
   */
  readonly role: "owner" | "admin" | "analyst" | "consumer";
  /** Milliseconds since 1970; refused from then on. Never, when left out. */
  readonly expiresMs?: number;
}

/** A project the simulator knows. */
export interface ProjectSettings {
  /** `project_id`, which service accounts have to send. */
  readonly id: string;
  readonly token: string;
  /** The deprecated project secret; refused from 2027-03-03 on. */
  readonly apiSecret?: string;
  /** A token is refused on another region's host. @default the simulator's own */
  readonly region?: Region;
  /** @default "simplified" */
  readonly identityMode?: IdentityMode;
  readonly serviceAccounts?: readonly ServiceAccount[];
  /**
   * Keys of its groups; updates of other groups are accepted, and nowhere to be seen. @default
   * every key is one
   */
  readonly groupKeys?: readonly string[];
  /** @default none */
  readonly lookupTables?: readonly LookupTableSettings[];
}

/** A project with what it has been sent. */
export interface Project {
  readonly settings: ProjectSettings;
  readonly identityMode: IdentityMode;
  readonly store: EventStore;
  readonly profiles: ProfileStore;
  readonly tables: LookupTableStore;
  readonly rate: RateLimiter;
}

export function createProject(
  settings: ProjectSettings,
  bounds: StoreBounds & ProfileBounds,
  now: () => number,
  rate: RateLimits | undefined,
): Project {
  return {
    settings,
    identityMode: settings.identityMode ?? "simplified",
    store: createEventStore(bounds),
    profiles: createProfileStore(bounds),
    tables: createLookupTableStore(settings.lookupTables ?? [], now),
    rate: createRateLimiter(now, rate),
  };
}
