import { isDeepStrictEqual } from "node:util";

import type { AnyKind, Known } from "./kind.ts";
import { type Deployed, refusal, type Resource } from "./resource.ts";
import type { Site } from "./site.ts";

/** What of a program is there, and how it becomes what the program says now. */
export interface Resources {
  /** Makes it, changes what is there into it, or does nothing when it is that already. */
  deploy(resource: Resource): Promise<Deployed>;
  /** Takes away what was replaced, and what was not deployed since the last call. */
  prune(): Promise<void>;
  /** Takes away everything, what was made last first. */
  destroy(): Promise<void>;
}

/** @param kindOf a resource's kind; @throws UserError for a type that is not known */
export function createResources(kindOf: (resource: Resource) => AnyKind, site: Site): Resources {
  /** In the order in which they were made. */
  const known = new Map<string, Known>();
  const deployedNow = new Set<string>();
  /** Replaced by others that are there by now. */
  const replaced: Known[] = [];

  const remove = async (one: Known): Promise<void> => {
    if (one.resource.retainOnDelete !== true) await kindOf(one.resource).remove(one, site);
  };
  const replace = async (resource: Resource, before: Known): Promise<Deployed> => {
    const kind = kindOf(resource);
    if (resource.protect === true) throw protectedFrom(resource, "replaced");
    if (kind.keepsName) await remove(before);
    const deployed = await kind.deploy(resource, site);
    if (!kind.keepsName) replaced.push(before);
    known.delete(keyOf(resource));
    return deployed;
  };
  const become = async (resource: Resource): Promise<Deployed> => {
    const before = known.get(keyOf(resource));
    const kind = kindOf(resource);
    if (before === undefined) return kind.deploy(resource, site);
    if (isDeepStrictEqual(before.resource.inputs, resource.inputs)) return before.deployed;
    return (await kind.change(resource, before, site)) ?? replace(resource, before);
  };
  const removeAll = async (keys: readonly string[]): Promise<void> => {
    // As the engine has it: before anything is deleted.
    const isProtected = keys.map((key) => known.get(key)?.resource).find((one) => one?.protect);
    if (isProtected !== undefined) throw protectedFrom(isProtected, "deleted");
    for (const key of keys.toReversed()) {
      const one = known.get(key);
      if (one !== undefined) await remove(one);
      known.delete(key);
    }
  };

  return {
    deploy: async (resource) => {
      const deployed = await become(resource);
      known.set(keyOf(resource), { resource, deployed });
      deployedNow.add(keyOf(resource));
      return deployed;
    },
    prune: async () => {
      for (const one of replaced.splice(0).toReversed()) await remove(one);
      await removeAll([...known.keys()].filter((key) => !deployedNow.has(key)));
      deployedNow.clear();
    },
    destroy: () => removeAll([...known.keys()]),
  };
}

function keyOf({ type, name }: Resource): string {
  return `${type}::${name}`;
}

function protectedFrom(resource: Resource, fate: string) {
  return refusal(resource, `it is protected, and cannot be ${fate}.`);
}
