import { receiptName } from "../../functions/objects/receipt.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { findObject, listObjects, type ListedObject } from "../google/objects.ts";
import type { Connection } from "../stack/connect.ts";

/** An object by its name, whatever generations it has. */
export interface NamedObject {
  readonly bucket: string;
  readonly object: string;
}

/** @throws UserError (exit code 2) for what is not `gs://BUCKET/OBJECT` */
export function parseObjectUrl(url: string): NamedObject {
  const [, bucket = "", object = ""] = /^gs:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (object === "")
    throw new UserError(`${url} names no object. Give gs://BUCKET/OBJECT, or nothing.`, 2);
  return { bucket, object };
}

/** The generations of an object that are in its bucket, by their number. */
export async function listGenerations(
  connection: Connection,
  { bucket, object }: NamedObject,
): Promise<ReadonlyMap<string, ListedObject>> {
  const found = new Map<string, ListedObject>();
  const options = { prefix: object, versions: true };
  for await (const page of listObjects(connection, bucket, options)) {
    const own = page.filter(({ name }) => name === object);
    for (const generation of own) found.set(generation.generation, generation);
    // It comes before all names that only begin with it.
    if (own.length < page.length) break;
  }
  return found;
}

/** An object's generation at Google has 16 digits: microseconds since 1970. */
const SOME_GENERATION = "1".padEnd(16, "0");

/** The receipts of an object by its generations, whether those are in the bucket or not. */
export async function listReceipts(
  connection: Connection,
  named: NamedObject,
  generations: Iterable<string>,
): Promise<ReadonlyMap<string, ListedObject>> {
  const { receiptsBucket } = connection.stack;
  const nameOf = (generation: string): string => receiptName({ ...named, generation });
  const found = new Map<string, ListedObject>();
  const prefix = nameOf(SOME_GENERATION).slice(0, -`${SOME_GENERATION}.json`.length);
  // Objects in a folder of the object's name have receipts behind the same prefix.
  for await (const page of listObjects(connection, receiptsBucket, { prefix, delimiter: "/" }))
    for (const receipt of page) {
      const [, generation] = /^(\d+)\.json$/.exec(receipt.name.slice(prefix.length)) ?? [];
      if (generation !== undefined) found.set(generation, receipt);
    }
  for (const generation of generations) {
    if (found.has(generation) || nameOf(generation).startsWith(prefix)) continue;
    const receipt = await findObject(connection, receiptsBucket, nameOf(generation));
    if (receipt !== undefined) found.set(generation, receipt);
  }
  return found;
}
