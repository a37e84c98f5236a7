import { cutToBytes } from "../../functions/event/utf8.ts";
import { receiptName } from "../../functions/objects/receipt.ts";
import type { SkipReason } from "../../functions/objects/skip.ts";
import { findObject, listObjects, type ListedObject } from "../google/objects.ts";
import type { Connection } from "../stack/connect.ts";
import type { Skip } from "../stack/import-settings.ts";
import { compareNames, createReceiptOrder, type Keyed } from "./receipt-order.ts";
import type { Target } from "./target.ts";

/** A live object of a target. */
export interface FoundObject {
  readonly object: ListedObject;
  /** Why importObject would not import it; its receipt is not looked for then. */
  readonly skip: SkipReason | undefined;
  /** Of this generation; undefined: it has none. */
  readonly receipt: ListedObject | undefined;
}

/** https://cloud.google.com/storage/docs/objects#naming */
const MAX_NAME_BYTES = 1024;

/**
 * Lists the live objects of a target with their receipts, a page of each at a time: however many
 * there are, they take the memory of two pages. An object of exactly the name that was given as a
 * prefix is meant alone.
 *
 * @throws RefusedError, UnavailableError
 */
export async function* findObjects(
  connection: Connection,
  target: Target,
  skip: Skip,
): AsyncGenerator<readonly FoundObject[]> {
  const { bucket, prefix } = target;
  const order = createReceiptOrder<ListedObject>();
  const receipts = createReceiptReader(connection, bucket, prefix);
  let isFirst = true;
  for await (const page of listObjects(connection, bucket, { prefix })) {
    const isAlone = isFirst && isExactly(target, page[0]);
    // A page may be empty and not be the last one.
    isFirst &&= page.length === 0;
    const matching = page.filter(({ name }, index) =>
      isAlone ? index === 0 : target.matches(name),
    );
    const { skipped, longNamed, ordered } = sort(bucket, matching, skip);
    const passed = order.add(ordered);
    yield [
      ...skipped,
      ...(await lookUpReceipts(connection, bucket, longNamed)),
      ...(await receipts.match(passed)),
    ];
    if (isAlone) break;
  }
  yield await receipts.match(order.end());
}

/** It is the first of all names that begin with it. A folder's own object is not meant alone. */
function isExactly({ isPrefix, prefix }: Target, first: ListedObject | undefined): boolean {
  return isPrefix && first?.name === prefix && !prefix.endsWith("/");
}

function sort(bucket: string, objects: readonly ListedObject[], skip: Skip) {
  const skipped: FoundObject[] = [];
  /** Their receipts have shortened names, and another place in the order. */
  const longNamed: ListedObject[] = [];
  const ordered: Keyed<ListedObject>[] = [];
  for (const object of objects) {
    const { name, size, generation } = object;
    const reason = skip(name, size);
    const key = `${name}/${generation}.json`;
    if (reason !== undefined) skipped.push({ object, skip: reason, receipt: undefined });
    else if (receiptNameOf(bucket, object) === `${bucket}/${key}`)
      ordered.push({ name, key, value: object });
    else longNamed.push(object);
  }
  return { skipped, longNamed, ordered };
}

/** Name of the receipt of an object in the receipts bucket. */
export function receiptNameOf(
  bucket: string,
  { name, generation }: Pick<ListedObject, "name" | "generation">,
): string {
  return receiptName({ bucket, object: name, generation });
}

async function lookUpReceipts(
  connection: Connection,
  bucket: string,
  objects: readonly ListedObject[],
): Promise<readonly FoundObject[]> {
  const found: FoundObject[] = [];
  for (const object of objects) {
    const name = receiptNameOf(bucket, object);
    const receipt = await findObject(connection, connection.stack.receiptsBucket, name);
    found.push({ object, skip: undefined, receipt });
  }
  return found;
}

/** Reads on in the listing of receipts, beside that of the objects. */
function createReceiptReader(connection: Connection, bucket: string, objectPrefix: string) {
  const prefix = cutToBytes(`${bucket}/${objectPrefix}`, MAX_NAME_BYTES);
  const pages = listObjects(connection, connection.stack.receiptsBucket, { prefix });
  let page: readonly ListedObject[] = [];
  let index = 0;
  let isAtEnd = false;
  const keyAt = (): string | undefined => page[index]?.name.slice(bucket.length + 1);

  /** Goes on to the first receipt that does not come before `key`. */
  const seek = async (key: string): Promise<ListedObject | undefined> => {
    for (;;) {
      const current = keyAt();
      if (current === undefined) {
        if (isAtEnd) return undefined;
        const next = await pages.next();
        isAtEnd = next.done === true;
        page = next.done === true ? [] : next.value;
        index = 0;
      } else if (compareNames(current, key) < 0) index++;
      else return current === key ? page[index] : undefined;
    }
  };
  return {
    /** @param objects in the order of their receipts, behind all that were matched before */
    match: async (objects: readonly Keyed<ListedObject>[]): Promise<readonly FoundObject[]> => {
      const found: FoundObject[] = [];
      for (const { key, value } of objects)
        found.push({ object: value, skip: undefined, receipt: await seek(key) });
      return found;
    },
  };
}
