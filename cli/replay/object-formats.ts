import {
  createFormatLookup,
  parseFormats,
  type ConfigurableFormat,
} from "../../functions/formats/configured-formats.ts";
import { findFunction } from "../google/functions.ts";
import { RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";

/** What the setting `formats` says of objects; undefined: nothing, or it cannot be read. */
export type FormatLookup = (object: string) => ConfigurableFormat | undefined;

/**
 * Reads the setting `formats` that importObject is deployed with; of a local cloud, what FORMATS
 * says here as it did where that was started.
 *
 * @throws UnavailableError
 */
export async function readFormats(connection: Connection): Promise<FormatLookup> {
  const { local, importObjectFunction } = connection.stack;
  const text =
    local === undefined
      ? await deployedFormats(connection, importObjectFunction)
      : (process.env["FORMATS"] ?? "");
  // What is wrong with it was said when it was deployed.
  return createFormatLookup(parseFormats(text.trim(), []));
}

async function deployedFormats(connection: Connection, functionName: string): Promise<string> {
  if (functionName === "") return "";
  try {
    const found = await findFunction(connection, functionName);
    return found?.environment["FORMATS"] ?? "";
  } catch (error) {
    // Whoever may not look at functions: a letter says itself whether its records are rows.
    if (error instanceof RefusedError) return "";
    throw error;
  }
}
