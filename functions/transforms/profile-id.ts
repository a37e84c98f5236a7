import type { Json } from "../event/transform-contract.ts";
import { textOf } from "./event-properties.ts";
import { isPlaceholderId } from "./placeholder-id.ts";
import { isEmptyCell } from "./row-cells.ts";

/**
 * The id of a profile as text: a number is the same id as its text.
 *
 * @param name what an error calls it
 * @throws Error without the value in it, for what is no id: empty, a placeholder in any case (it
 *   would be one profile for all that have none), or no plain value
 */
export function profileId(name: string, value: Json | undefined): string {
  if (isEmptyCell(value)) throw new Error(`${name}: empty`);
  if (isPlaceholderId(value)) throw new Error(`${name}: a placeholder, not an id`);
  const id = textOf(value);
  if (id === undefined) throw new Error(`${name}: neither a text nor a number`);
  return id;
}
