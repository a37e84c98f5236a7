import { isDeepStrictEqual } from "node:util";

import { type Api, requireApis } from "./apis.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { checkLabels } from "./labels.ts";
import { type Deployed, refusal, type Resource } from "./resource.ts";
import type { Site } from "./site.ts";

/** How resources of one type are made in the local cloud. */
export interface Kind<T> {
  /** What has to be enabled before one is made or changed. */
  readonly apis: readonly Api[];
  /** Inputs that change nothing on one machine, by path, with the reason. */
  readonly withoutMeaning: Readonly<Record<string, string>>;
  /** Says in `T` all that the inputs ask for; what it does not read is refused. */
  readonly read: (inputs: Inputs) => T;
  /** @throws what the service it is made in refuses */
  readonly make: (asked: T, site: Site) => Deployed | Promise<Deployed>;
  /**
   * Changes what is there; undefined when it has to be replaced. Without this it is, unless what
   * has meaning is the same.
   *
   * @throws what the service refuses; what is there then stays as it was
   */
  readonly change?: (
    change: Change<T>,
    site: Site,
  ) => Deployed | undefined | Promise<Deployed | undefined>;
  /** What is not there is removed already. @throws what the service refuses */
  readonly remove: (asked: T, site: Site, deployed: Deployed) => void | Promise<void>;
  /** Whether a replacement has the name of what it replaces, which then has to go first. */
  readonly keepsName?: boolean;
  /** Full name of what it goes with, when that is deleted: of a grant, what it is on. */
  readonly partOf?: (asked: T, site: Site) => string;
  /** Full name, under which roles are granted on it. @default its id */
  readonly fullName?: (deployed: Deployed) => string;
}

/** What is there, and what it is to be. */
export interface Change<T> {
  readonly from: T;
  readonly to: T;
  readonly deployed: Deployed;
}

/** A kind whose `T` nobody outside needs. */
export interface AnyKind {
  readonly withoutMeaning: Readonly<Record<string, string>>;
  /** @throws UserError when there is an input that is not understood */
  check(resource: Resource): void;
  /** @throws UserError that names the resource, with what the service says */
  deploy(resource: Resource, site: Site): Promise<Deployed>;
  /** Undefined: it has to be replaced. @throws UserError as `deploy` does */
  change(resource: Resource, known: Known, site: Site): Promise<Deployed | undefined>;
  /** @throws UserError that names the resource, with what the service says */
  remove(known: Known, site: Site): Promise<void>;
  readonly keepsName: boolean;
  /** Full name of what it goes with, when that is deleted. */
  partOf(resource: Resource, site: Site): string | undefined;
  fullName(deployed: Deployed): string;
}

/** A resource that is there. */
export interface Known {
  readonly resource: Resource;
  readonly deployed: Deployed;
}

export function defineKind<T>(kind: Kind<T>): AnyKind {
  const { apis, withoutMeaning, read, make, change = unchanged, remove, partOf } = kind;
  const { fullName = idOf } = kind;
  const asked = (resource: Resource): T => {
    if (withoutMeaning["labels"] === LABELS) checkLabels(resource);
    return readInputs(resource, withoutMeaning, read);
  };
  return {
    withoutMeaning,
    check: (resource) => void asked(resource),
    deploy: async (resource, site) => {
      const plan = asked(resource);
      return await named(resource, () => {
        requireApis(apis, site);
        return make(plan, site);
      });
    },
    change: async (resource, { resource: before, deployed }, site) => {
      const to = asked(resource);
      return await named(resource, () => {
        requireApis(apis, site);
        return change({ from: asked(before), to, deployed }, site);
      });
    },
    remove: async ({ resource, deployed }, site) => {
      await named(resource, () => remove(asked(resource), site, deployed));
      // A policy goes with what it is of (https://cloud.google.com/iam/docs/policies).
      site.policy.forget(fullName(deployed));
    },
    keepsName: kind.keepsName ?? false,
    partOf: (resource, site) => partOf?.(asked(resource), site),
    fullName,
  };
}

/** Where another value of what has no meaning here is the only change. */
function unchanged<T>({ from, to, deployed }: Change<T>): Deployed | undefined {
  return isDeepStrictEqual(from, to) ? deployed : undefined;
}

function idOf({ id }: Deployed): string {
  return id;
}

/** What fails names the resource. */
async function named<T>(resource: Resource, call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw refusal(resource, error instanceof Error ? error.message : String(error));
  }
}

/** Of labels, everywhere. */
export const LABELS = "for Google's bills and searches";
