import { type Inputs, readInputs } from "./inputs.ts";
import { type Deployed, refusal, type Resource } from "./resource.ts";
import type { Site } from "./site.ts";

/** How resources of one type are made in the local cloud. */
export interface Kind<T> {
  /** Inputs that change nothing on one machine, by path, with the reason. */
  readonly withoutMeaning: Readonly<Record<string, string>>;
  /** Says in `T` all that the inputs ask for; what it does not read is refused. */
  readonly read: (inputs: Inputs) => T;
  /** @throws what the service it is made in refuses */
  readonly make: (asked: T, site: Site) => Deployed | Promise<Deployed>;
}

/** A kind whose `T` nobody outside needs. */
export interface AnyKind {
  readonly withoutMeaning: Readonly<Record<string, string>>;
  /** @throws UserError when there is an input that is not understood */
  check(resource: Resource): void;
  /** @throws UserError that names the resource, with what the service says */
  deploy(resource: Resource, site: Site): Promise<Deployed>;
}

export function defineKind<T>({ withoutMeaning, read, make }: Kind<T>): AnyKind {
  const asked = (resource: Resource): T => readInputs(resource, withoutMeaning, read);
  return {
    withoutMeaning,
    check: (resource) => void asked(resource),
    deploy: async (resource, site) => {
      const plan = asked(resource);
      try {
        return await make(plan, site);
      } catch (error) {
        throw refusal(resource, error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** Of labels, everywhere. */
export const LABELS = "for Google's bills and searches";
/** Of keys of one's own, everywhere. */
export const KMS_KEY = "nothing is encrypted on one machine";
/** Of places, everywhere. */
export const LOCATION = "everything is on this machine";
