import { createSkip, type SkipReason } from "../../functions/objects/skip.ts";
import { parseList } from "../../functions/settings.ts";
import { findFunction } from "../google/functions.ts";
import { RefusedError } from "../google/rest.ts";
import type { Connection } from "./connect.ts";

/** Why importObject would leave an object out, or undefined; as `createSkip` makes it. */
export type Skip = (name: string, size: number | undefined) => SkipReason | undefined;

/** What of the stack's settings says which objects are imported, and how many at a time. */
export interface ImportSettings {
  readonly skip: Skip;
  /** Objects that may be on their way at a time. */
  readonly window: number;
  /** Why it is not known which objects the stack leaves out; undefined: it is. */
  readonly unknown: string | undefined;
}

/** Half of the 20 instances that importObject has where nobody sets `maxInstances`. */
const DEFAULT_WINDOW = 10;
/** More would only wait for one another in this process. */
const MAX_WINDOW = 50;

/**
 * Reads the settings that importObject is deployed with: half of its instances are left to what
 * arrives meanwhile. Where they cannot be read, as in a local cloud, they are those of a stack that
 * sets nothing.
 *
 * @throws UnavailableError
 */
export async function readImportSettings(connection: Connection): Promise<ImportSettings> {
  const { stack } = connection;
  const standard = { skip: createSkip([], []), window: DEFAULT_WINDOW };
  if (stack.local !== undefined) return { ...standard, unknown: undefined };
  if (stack.importObjectFunction === "")
    return { ...standard, unknown: "the output importObjectFunction is missing" };
  try {
    const found = await findFunction(connection, stack.importObjectFunction);
    if (found === undefined)
      return { ...standard, unknown: `there is no function ${stack.importObjectFunction}` };
    const { maxInstances, environment } = found;
    return {
      skip: createSkip(
        parseList(environment["INCLUDE_OBJECTS"] ?? ""),
        parseList(environment["EXCLUDE_OBJECTS"] ?? ""),
      ),
      window: windowOf(maxInstances),
      unknown: undefined,
    };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { ...standard, unknown: error.message };
  }
}

function windowOf(maxInstances: number | undefined): number {
  if (maxInstances === undefined) return DEFAULT_WINDOW;
  return Math.min(Math.max(Math.floor(maxInstances / 2), 1), MAX_WINDOW);
}
