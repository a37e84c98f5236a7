import { readFileSync } from "node:fs";

/**
 * One package of a lockfile, as npm writes it
 * (https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages).
 */
export interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  /** Only ever `true`: a failure to install it is no failure. */
  readonly optional?: boolean | undefined;
}

/** Packages by their path: `""` is the project, `node_modules/a/node_modules/b` a nested one. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/**
 * Reads the packages of a `package-lock.json` of version 3, which is what every supported npm
 * writes.
 *
 * @throws Error when the file is of another version.
 */
export function readLockfile(file: string): LockedPackages {
  const lock: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isLockfile(lock))
    throw new Error(`${file} is not a lockfile of version 3. Run npm install.`);
  return lock.packages;
}

/**
 * The packages that `name` needs, itself included, sorted by path. Paths are kept, so that what is
 * installed from them is the tree the tests ran with.
 *
 * @throws Error when the lockfile lacks one of them.
 */
export function closureOf(name: string, packages: LockedPackages): LockedPackages {
  const required = reach(name, packages, requiredDependencies);
  const everything = reach(name, packages, allDependencies);
  const entries = [...everything].sort().map((path): [string, LockedPackage] => {
    const optional = required.has(path) ? undefined : true;
    return [path, { ...(packages[path] ?? { version: "" }), optional }];
  });
  return Object.fromEntries(entries);
}

/**
 * Where `name` is found from the package at `from`: beside it first, then in each folder above
 * (https://nodejs.org/api/modules.html#loading-from-node_modules-folders).
 */
export function resolveFrom(
  from: string,
  name: string,
  packages: LockedPackages,
): string | undefined {
  const path = `${from === "" ? "" : `${from}/`}node_modules/${name}`;
  if (packages[path] !== undefined) return path;
  if (from === "") return undefined;
  const parentEnd = from.lastIndexOf("/node_modules/");
  return resolveFrom(parentEnd < 0 ? "" : from.slice(0, parentEnd), name, packages);
}

/**
 * Names that must be installed with a package: its dependencies, and peers that are not optional.
 */
export function requiredDependencies(entry: LockedPackage): string[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (peer) => entry.peerDependenciesMeta?.[peer]?.optional !== true,
  );
  return [...Object.keys(entry.dependencies ?? {}), ...peers].filter(
    (dependency) => entry.optionalDependencies?.[dependency] === undefined,
  );
}

function allDependencies(entry: LockedPackage): string[] {
  return [...requiredDependencies(entry), ...Object.keys(entry.optionalDependencies ?? {})];
}

function reach(
  name: string,
  packages: LockedPackages,
  dependenciesOf: (entry: LockedPackage) => string[],
): Set<string> {
  const found = new Set<string>();
  const visit = (from: string, dependency: string): void => {
    const path = resolveFrom(from, dependency, packages);
    const entry = path === undefined ? undefined : packages[path];
    if (path === undefined || entry === undefined)
      throw new Error(
        `package-lock.json lacks ${dependency}, which ${from} needs. Run npm install.`,
      );
    if (found.has(path)) return;
    found.add(path);
    for (const next of dependenciesOf(entry)) visit(path, next);
  };
  visit("", name);
  return found;
}

function isLockfile(value: unknown): value is { packages: LockedPackages } {
  return (
    typeof value === "object" &&
    value !== null &&
    "lockfileVersion" in value &&
    value.lockfileVersion === 3 &&
    "packages" in value
  );
}
