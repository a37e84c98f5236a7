import { receiptName } from "../../functions/objects/receipt.ts";
import { compareNames, createReceiptOrder, type Keyed } from "../backfill/receipt-order.ts";
import { findObject, listObjects, type ListedObject } from "../google/objects.ts";
import type { Connection } from "../stack/connect.ts";

/** A generation of an object that is in its bucket, has a receipt, or both. */
export interface JoinedObject {
  readonly bucket: string;
  /** Of a receipt with a shortened name, as far as that says. */
  readonly object: string;
  readonly generation: string;
  /** Undefined: it is not in the landing bucket (any more). */
  readonly uploaded: ListedObject | undefined;
  /** Undefined: its import has not ended. */
  readonly receipt: ListedObject | undefined;
}

/** What names begin with. */
export interface NamePrefix {
  /** Undefined: the landing bucket, and receipts of objects of any other. */
  readonly bucket: string | undefined;
  readonly prefix: string;
}

/**
 * Joins the listing of the landing bucket, with generations that were replaced, and that of the
 * receipts, in the order of the receipts: memory holds a page of each, however many there are.
 *
 * @throws RefusedError, UnavailableError
 */
export async function* joinObjects(
  connection: Connection,
  names: NamePrefix,
): AsyncGenerator<JoinedObject> {
  const receipts = new Cursor(flatten(listReceipts(connection, names)));
  for await (const { key, value: object } of inReceiptOrder(connection, names)) {
    for (;;) {
      const receipt = await receipts.current();
      if (receipt === undefined || compareNames(receipt.name, key) >= 0) break;
      yield ofReceipt(receipt, connection.stack.receiptsBucket);
      receipts.advance();
    }
    const receipt = await receipts.current();
    const isOwn = receipt?.name === key;
    if (isOwn) receipts.advance();
    // A receipt whose name was shortened is somewhere else in the order, and comes there by itself.
    if (!isOwn && (await hasShortenedReceipt(connection, key, object))) continue;
    yield {
      ...{ bucket: connection.stack.landingBucket, object: object.name },
      ...{ generation: object.generation, uploaded: object, receipt: isOwn ? receipt : undefined },
    };
  }
  for (;;) {
    const receipt = await receipts.current();
    if (receipt === undefined) return;
    yield ofReceipt(receipt, connection.stack.receiptsBucket);
    receipts.advance();
  }
}

function listReceipts({ stack, ...connection }: Connection, { bucket, prefix }: NamePrefix) {
  const everywhere = bucket === undefined && prefix === "";
  const start = everywhere ? "" : `${bucket ?? stack.landingBucket}/${prefix}`;
  return listObjects(connection, stack.receiptsBucket, { prefix: start });
}

async function* inReceiptOrder(
  connection: Connection,
  { bucket, prefix }: NamePrefix,
): AsyncGenerator<Keyed<ListedObject>> {
  const { landingBucket } = connection.stack;
  if (bucket !== undefined && bucket !== landingBucket) return;
  const order = createReceiptOrder<ListedObject>();
  const options = { prefix, versions: true };
  for await (const page of listObjects(connection, landingBucket, options))
    yield* order.add(
      page.map((value) => {
        const name = `${landingBucket}/${value.name}`;
        return { name, key: `${name}/${value.generation}.json`, value };
      }),
    );
  yield* order.end();
}

async function hasShortenedReceipt(
  connection: Connection,
  key: string,
  { name: object, generation }: ListedObject,
): Promise<boolean> {
  const { landingBucket: bucket, receiptsBucket } = connection.stack;
  const name = receiptName({ bucket, object, generation });
  if (name === key) return false;
  return (await findObject(connection, receiptsBucket, name)) !== undefined;
}

/** The object that a receipt's name tells of: `bucket/object/generation.json`; or itself. */
function ofReceipt(receipt: ListedObject, receiptsBucket: string): JoinedObject {
  const [, bucket = receiptsBucket, object = receipt.name, generation = ""] =
    /^([^/]+)\/(.+)\/(\d+)\.json$/s.exec(receipt.name) ?? [];
  return { bucket, object, generation, uploaded: undefined, receipt };
}

async function* flatten<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const page of pages) yield* page;
}

/** Looks at the next item without taking it. */
class Cursor<T> {
  readonly #items: AsyncIterator<T>;
  #next: Promise<IteratorResult<T>> | undefined;

  constructor(items: AsyncIterator<T>) {
    this.#items = items;
  }

  async current(): Promise<T | undefined> {
    this.#next ??= this.#items.next();
    const next = await this.#next;
    return next.done === true ? undefined : next.value;
  }

  advance(): void {
    this.#next = undefined;
  }
}
