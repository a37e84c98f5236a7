import { isDeepStrictEqual } from "node:util";

import type { AnyKind, Known } from "./kind.ts";
import { type Deployed, refusal, type Resource } from "./resource.ts";
import { createRun, keyOf } from "./run.ts";
import type { Site } from "./site.ts";

/** What of a program is there, and how it becomes what the program says now. */
export interface Resources {
  /**
   * Makes it, changes what is there into it, or does nothing when it is that already.
   *
   * @throws UserError for one of the same type and name as another of this run
   */
  deploy(resource: Resource): Promise<Deployed>;
  /**
   * Ends a run: takes away what was replaced, and what was not registered since the last call.
   */
  prune(): Promise<void>;
  /** Takes away everything, what was made last first. */
  destroy(): Promise<void>;
}

/** @param kindOf a resource's kind; @throws UserError for a type that is not known */
export function createResources(kindOf: (resource: Resource) => AnyKind, site: Site): Resources {
  /** In the order in which they were made. */
  const known = new Map<string, Known>();
  const run = createRun();
  /** Replaced by others that are there by now. */
  const replaced: Known[] = [];

  const remove = async (one: Known): Promise<void> => {
    if (one.resource.retainOnDelete !== true) await kindOf(one.resource).remove(one, site);
  };
  /** Forgotten at once: whatever fails afterwards, the next run has to know what is not there. */
  const removeKnown = async (key: string): Promise<void> => {
    const one = known.get(key);
    if (one !== undefined) await remove(one);
    known.delete(key);
  };
  /** What goes with `before` goes first, and is made anew when its turn comes. */
  const removeFirst = async (before: Known): Promise<void> => {
    const name = kindOf(before.resource).fullName(before.deployed);
    const dependents = [...known].filter(
      ([, { resource }]) => kindOf(resource).partOf(resource, site) === name,
    );
    for (const [key] of dependents.toReversed()) await removeKnown(key);
    await removeKnown(keyOf(before.resource));
  };
  const replace = async (resource: Resource, before: Known): Promise<Deployed> => {
    const kind = kindOf(resource);
    // As the engine has it: a resource that is protected from now on may still be replaced.
    if (resource.protect === true && before.resource.protect === true)
      throw protectedFrom(resource, "replaced");
    if (kind.keepsName) await removeFirst(before);
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
  const removeReplaced = async (): Promise<void> => {
    for (let one = replaced.at(-1); one !== undefined; one = replaced.at(-1)) {
      await remove(one);
      replaced.splice(replaced.indexOf(one), 1);
    }
  };
  const removeAll = async (keys: readonly string[]): Promise<void> => {
    for (const key of keys.toReversed()) await removeKnown(key);
  };
  /** As the engine has it: before anything is deleted. */
  const requireUnprotected = (keys: readonly string[]): void => {
    const isProtected = keys.map((key) => known.get(key)?.resource).find((one) => one?.protect);
    if (isProtected !== undefined) throw protectedFrom(isProtected, "deleted");
  };

  return {
    deploy: async (resource) => {
      try {
        run.register(resource);
        const deployed = await become(resource);
        known.set(keyOf(resource), { resource, deployed });
        return deployed;
      } catch (error) {
        return run.fail(error);
      }
    },
    prune: () =>
      run.end(async () => {
        await removeReplaced();
        const left = [...known.keys()].filter((key) => !run.has(key));
        requireUnprotected(left);
        await removeAll(left);
      }),
    destroy: () =>
      run.end(async () => {
        requireUnprotected([...known.keys()]);
        await removeReplaced();
        await removeAll([...known.keys()]);
      }),
  };
}

function protectedFrom(resource: Resource, fate: string) {
  return refusal(resource, `it is protected, and cannot be ${fate}.`);
}
