import { readImportSettings } from "../stack/import-settings.ts";
import type { Connection } from "../stack/connect.ts";

/**
 * Why importObject would not import an object, or undefined. It acknowledges such a message and
 * imports nothing, whoever asks: a dead letter that was acknowledged for it would be lost.
 *
 * @throws UnavailableError
 */
export type LeftOut = (name: string, size: number | undefined) => Promise<string | undefined>;

/** Reads the settings of the stack when they are first asked for, and once. */
export function createLeftOut(
  connection: Connection,
  readSettings: typeof readImportSettings = readImportSettings,
): LeftOut {
  let settings: ReturnType<typeof readImportSettings> | undefined;
  return async (name, size) => {
    settings ??= readSettings(connection);
    const { skip, unknown } = await settings;
    if (unknown !== undefined)
      return `whether includeObjects and excludeObjects let its object in is not known: ${unknown}`;
    const reason = skip(name, size);
    if (reason === undefined) return undefined;
    return reason === "not matching"
      ? "includeObjects and excludeObjects leave its object out: nothing would be imported"
      : `its object is ${reason}: nothing would be imported`;
  };
}
