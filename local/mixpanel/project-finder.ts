import type { Project, Region } from "./project.ts";

/** Where projects are looked for. */
export interface ProjectPlace {
  readonly projects: readonly Project[];
  /** Whose host this is: a project of another region is not found. */
  readonly region: Region;
}

/** The project that a record names by its token, where there is no other authentication. */
export function projectByToken(
  token: unknown,
  { projects, region }: ProjectPlace,
): Project | undefined {
  return projects.find(
    ({ settings }) => settings.token === token && (settings.region ?? region) === region,
  );
}

/**
 * Counts a request in for every project that its records name, by their share of it; false when one
 * of them has used up its rate.
 *
 * @param tokens of the records
 */
export function admitByToken(
  tokens: readonly unknown[],
  place: ProjectPlace,
  bytes: number,
): boolean {
  const counts = new Map<Project, number>();
  for (const token of tokens) {
    const project = projectByToken(token, place);
    if (project !== undefined) counts.set(project, (counts.get(project) ?? 0) + 1);
  }
  const shares = [...counts];
  return (
    shares.every(([{ rate }]) => rate.hasRoom()) &&
    shares.every(([{ rate }, count]) => rate.admit(count, (bytes * count) / tokens.length))
  );
}
