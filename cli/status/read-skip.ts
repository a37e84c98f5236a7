import { createSkip } from "../../functions/objects/skip.ts";
import type { Connection } from "../stack/connect.ts";
import { readImportSettings, type Skip } from "../stack/import-settings.ts";
import { attempt, oneLine } from "./entrances.ts";

/** What the stack leaves out, as far as that is known. */
export interface KnownSkip {
  readonly skip: Skip;
  /** Why its globs are not known; undefined: they are. */
  readonly problem: string | undefined;
}

/** What importObject would not import; a refusal or an outage is told, not thrown. */
export async function readSkip(connection: Connection): Promise<KnownSkip> {
  const settings = await attempt(() => readImportSettings(connection));
  if ("problem" in settings) return { skip: createSkip([], []), problem: settings.problem };
  const { skip, unknown } = settings.value;
  return { skip, problem: unknown === undefined ? undefined : oneLine(unknown) };
}
