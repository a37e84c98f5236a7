import { isObject } from "../../../functions/platform/json.ts";
import {
  ARCHIVE_HASH,
  ARCHIVE_TYPE,
  type RecordedProgram,
  type RecordedResource,
} from "../recorded-program.ts";
import { WATCHING_KINDS } from "../watching-kinds.ts";
import type { ProgramRun } from "./deploy-program.ts";

/**
 * What a program registered, so that it can be made once more without running it. Left out is what
 * watches a deployed stack, which nothing on one machine is made of, and the archive's bytes.
 */
export function recordProgram({ steps, outputs }: ProgramRun): RecordedProgram {
  const kept = steps.filter(({ resource }) => !(resource.type in WATCHING_KINDS));
  const resources = kept.map(({ resource: { type, name, inputs }, dependsOn }) => ({
    type,
    name,
    inputs: sortedRecord(type === ARCHIVE_TYPE ? { ...inputs, source: undefined } : inputs),
    dependsOn,
  }));
  const recorded = { resources: inOrder(resources), outputs: sortedRecord(outputs) };
  const archive = kept.find(({ resource }) => resource.type === ARCHIVE_TYPE)?.resource.inputs;
  const hash = /[\da-f]{64}/.exec(String(archive?.["name"]))?.[0];
  const text = JSON.stringify(recorded);
  // The one cast of this file: the same shape, with one text replaced.
  return JSON.parse(
    hash === undefined ? text : text.replaceAll(hash, ARCHIVE_HASH),
  ) as RecordedProgram;
}

/**
 * By how many others have to be there first, and by name: the order in which the engine hears of
 * them is another one each time. What waits for another one anyway is not named once more.
 */
function inOrder(resources: readonly RecordedResource[]): readonly RecordedResource[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  const before = new Map<string, ReadonlySet<string>>();
  const allBefore = (name: string): ReadonlySet<string> => {
    const known = before.get(name);
    if (known !== undefined) return known;
    const direct = (byName.get(name)?.dependsOn ?? []).filter((one) => byName.has(one));
    const all = new Set(direct.flatMap((one) => [one, ...allBefore(one)]));
    before.set(name, all);
    return all;
  };
  const needed = ({ name }: RecordedResource): string[] => {
    const all = [...allBefore(name)];
    return all.filter((one) => !all.some((other) => allBefore(other).has(one))).sort();
  };
  return resources
    .map((resource) => ({ ...resource, dependsOn: needed(resource) }))
    .sort((a, b) => allBefore(a.name).size - allBefore(b.name).size || (a.name < b.name ? -1 : 1));
}

/** Keys in one order; generations are left out. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return isObject(value) ? sortedRecord(value) : value;
}

function sortedRecord(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = Object.keys(value).filter((key) => key !== "generation");
  return Object.fromEntries(keys.sort().map((key) => [key, sorted(value[key])]));
}
