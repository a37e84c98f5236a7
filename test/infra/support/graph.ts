import type { Registration } from "./registrations.ts";

/** Who waits for whom, also by way of others. Deletion goes the other way round. */
export interface Graph {
  /** Names of everything that `name` waits for. */
  awaitedBy(name: string): ReadonlySet<string>;
  /** A ring of resources that wait for each other, or null. */
  cycle(): string[] | null;
}

/** The dependency graph of what was registered. @throws Error for a dependency on what was not. */
export function graphOf(registrations: readonly Registration[]): Graph {
  const byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
  const byName = new Map(registrations.map((registration) => [registration.name, registration]));
  const direct = (registration: Registration): Registration[] =>
    registration.dependencies.map((urn) => {
      const found = byUrn.get(urn);
      if (found === undefined) throw new Error(`${registration.name} waits for the unknown ${urn}`);
      return found;
    });

  const awaitedBy = (name: string): ReadonlySet<string> => {
    const start = byName.get(name);
    if (start === undefined) throw new Error(`no resource is named ${name}`);
    const found = new Set<string>();
    const visit = (registration: Registration): void => {
      for (const next of direct(registration))
        if (!found.has(next.name)) {
          found.add(next.name);
          visit(next);
        }
    };
    visit(start);
    return found;
  };

  return {
    awaitedBy,
    cycle: () => {
      const ring = registrations.find(({ name }) => awaitedBy(name).has(name));
      return ring === undefined ? null : [ring.name, ...awaitedBy(ring.name)];
    },
  };
}
